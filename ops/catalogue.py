"""docs/sources.md, made of what the kinds of source say of themselves.

python -m ops.catalogue > docs/sources.md
"""

from __future__ import annotations

from collections.abc import Iterator

from ops import asking
from ops.asking import PARTS, KindFacts, named
from vigie.budget import MICRO
from vigie.model import CADENCES, Provider

REGISTERS = """
## Registers

Asked when somebody is enrolled by their RPPS number or their name (`vigie practitioner add --rpps`), never watched.
"""

HEAD = """# What Vigie can read

Made by `python -m ops.catalogue` of what the kinds say of themselves; `vigie source kinds` shows the same. Every kind
is one file of `layers/common/vigie/sources/`; [add-a-source.md](add-a-source.md) says how to write another.

| kind | reads | needs | usual cadence |
|---|---|---|---|
"""

LEFT_OUT = """
## What is not read, and what covers it

Vigie reads nothing that its owner refuses to robots, hides behind a login, or forbids to extract. These are left out on
purpose; a search with `site:` (the `query` of `brave_web`, `searxng` or `serper`) finds what of them is public.

| place | why | instead |
|---|---|---|
"""

NOT_READ = (
    (
        "Google Maps pages",
        "terms, and a wall of consent",
        "`google_business`, with the practitioner's consent; `serpapi_google_reviews`, at the operator's own risk",
    ),
    (
        "Facebook, Instagram",
        "a login; their API gives a page its own comments only, after a review",
        '`"Prénom Nom" site:facebook.com`, `site:instagram.com`',
    ),
    ("TikTok", "a research API for academics only", '`"Prénom Nom" site:tiktok.com`, in `brave_videos`'),
    ("Doctolib", "shows no review, and its pages forbid extraction", "nothing to watch"),
    (
        "PagesJaunes",
        "terms, the right of its database (CPI, article L341-1), robots kept out",
        '`"Nom" site:pagesjaunes.fr`',
    ),
    (
        "Doctissimo",
        "terms against extraction, a search closed to robots",
        '`"Nom" site:forum.doctissimo.fr`',
    ),
    ("Pages of results of Google and Bing", "terms; their APIs are closed", "`brave_web`, `searxng`, `serper`"),
)
"""Places where people look first, why Vigie does not, and what does instead."""


def page() -> str:
    """The whole document."""
    kinds = asking.kinds()
    watched = [kind for kind in kinds if not kind.register]
    rows = "".join(
        f"| [`{kind.name}`](#{kind.name}) | {_cell(kind.about.rstrip('.'))} | {needs(kind) or '-'} |"
        f" {named(kind.rhythm.usual)} |\n"
        for kind in watched
    )
    places = "".join(f"| {place} | {why} | {instead} |\n" for place, why, instead in NOT_READ)
    return "".join(
        [
            HEAD,
            rows,
            LEFT_OUT,
            places,
            *map(section, watched),
            REGISTERS,
            *(section(kind) for kind in kinds if kind.register),
        ]
    )


def section(kind: KindFacts) -> str:
    """What one kind says of itself."""
    level = "###" if kind.register else "##"
    return "\n".join([f"\n{level} {kind.name}\n", *_paragraphs(kind)]) + "\n"


def _paragraphs(kind: KindFacts) -> Iterator[str]:
    yield f"{kind.about}\n"
    yield "| parameter | | |\n|---|---|---|"
    for name, param in kind.params.items():
        yield f"| `{name}` | {'required' if param.required else 'optional'} | {_cell(param.meaning)} |"
    yield ""
    if not kind.register:
        yield _manners(kind)
    if kind.provider:
        yield f"Service: {_service(kind.provider)}."
    for part in PARTS:
        if part in kind.told:
            yield f"\n**{part}.** {kind.told[part][:1].upper()}{kind.told[part][1:]}"


def _manners(kind: KindFacts) -> str:
    robots = "robots.txt is asked first" if kind.robots else "robots.txt is not asked: it is published for programs"
    least = f"every {named(kind.rhythm.usual)} unless told otherwise, every {named(kind.rhythm.least)} at most"
    most = f", every {named(kind.rhythm.most)} at least" if kind.rhythm.most < max(CADENCES.values()) else ""
    return f"Read {least}{most}; {robots}."


def _service(provider: Provider) -> str:
    facts = [f"`{provider.name}`"]
    facts += [f"key `{name}` ({what})" for name, what in provider.keys.items()]
    if provider.price:
        facts.append(f"{provider.price / MICRO:g} USD a request at most")
    if provider.per_day is not None:
        facts.append(f"{provider.per_day} requests a day for all")
    if provider.interval_ms:
        facts.append(f"one request every {provider.interval_ms / 1000:g} s at most")
    return ", ".join(facts)


def needs(kind: KindFacts) -> str:
    """The keys and the money that a kind asks for, in a few words; empty for none."""
    provider = kind.provider
    if provider is None:
        return ""
    price = f"{provider.price / MICRO:g} USD a request" if provider.price else ""
    return "; ".join(filter(None, [*(f"key {name}" for name in provider.keys), price]))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
