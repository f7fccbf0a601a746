"""What somebody wrote in a block, under which heading, and who: without what sites add around it, which ticks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vigie.parse.blocks import Block
from vigie.parse.labels import is_control, is_generic
from vigie.parse.markup import cleaned, line
from vigie.parse.names import property_of
from vigie.parse.spots import Spot
from vigie.parse.when import is_stamp, undated

_BLANKS = re.compile(r"[^\S\n]*\n\s*")
_SPACES = re.compile(r"[^\S\n]+")
_BYLINE = re.compile(
    r"^\W*(?:(?:avis|écrit|posté|posted|publié|rédigé|soumis|written)(?:\(?e\)?)?\s+)?(?:par|by|de|from)\s*:?(?:\s+|$)"
    r"|\s*(?:(?:a (?:dit|écrit)|dit|says|wrote)\s*)?[\s:»,|–—-]*$",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"\W*(?:\d+ )?(?:answers?|comment(?:aire)?s?|repl(?:y|ies)|r[ée]ponses?)(?: ?\(\d+\))?\W*", re.IGNORECASE
)
"""The heading of what is answered to a message, within it."""

_LINK_SIGN = re.compile(r"\s*🔗$|\s+#$")
_PILCROW = re.compile(r"[^\S\n]*[¶\uf0c1]+(?=\n|$)")
"""The sign by which a heading links to itself, wherever it ends a line."""

_LABELLED = re.compile(r"avis|comment|étoile|message|note|post|review|star|témoignage", re.IGNORECASE)
"""Labels of cards that say what these are, and not whose."""

_SIGNED = re.compile(
    r"\W*(?:(?:avis|commenté|écrit|envoyé|posté|posted|publié|rédigé|reviewed|soumis|submitted|written)(?:\(?e\)?)?\s+)?"
    r"(?:par|by)\s*:?\s+(?P<name>\w.{0,60}?)(?:\W+(?:le|on|perma(?:lien|link)))*\W*",
    re.IGNORECASE,
)
"""A line that says who, once the moment is taken out of it: `Commenté par Zoé le ... | Permalien`."""

_DATED_BY = re.compile(r"(?:^|\W)(?:par|by)\s+(\S.{1,40}?)[\W_]*$", re.IGNORECASE)
_AUTHORS = ("data-author", "data-username", "data-user-name", "data-pseudo")
_MISNAMED, _LITTLE = 5, 200
"""A body so many times shorter than all else that may be one is misnamed, when there is more than a little of that."""

_AUTHOR, _AUTHOR_WORDS, _BYLINE_TEXT = 80, 5, 200
"""Characters kept of an author's name, words of a first line that may be one, characters of a line that names one."""

_ABOVE, _LINKS = 5, 10
"""Elements between a name and what says whose it is, and links of a block whose labels are no names."""


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a block."""

    title: str
    text: str
    author: str | None
    raw: str
    """All that it shows, dates and counters included."""


def written(block: Block) -> Written:
    """What is to be read in a block."""
    raw = _tidy(block.told())
    if block.sort == "text":
        return Written(_headed(line(_told(block, "title"))), raw, None, raw)
    parts = [part for part in _lines(_told(block, "title")) if not _says_nothing(part)]
    heading = [part for part in parts if not is_stamp(part)]
    author = _author(block)
    if not author and len(heading) == 1 and ((dated := undated(heading[0])) != heading[0] or len(parts) > 1):
        author = _named(dated)  # `<h4>Julie <small>hier</small></h4>`
        heading = [] if author else heading
    title = "" if heading == [author] else _headed(line(" ".join(heading)))
    signed = None if author else _signed(raw)
    author = author or (signed and signed[1])
    kept = next(filter(_has_words, (_own(text, title, author) for text in _candidates(block, raw))), None)
    if kept is None:  # nobody's words: stars alone, or a row of labels
        kept = raw.split("\n") if block.sort == "row" else [author] if author and not title else []
    if not author and (author := _first(block, title, kept)):
        kept = [part for part in kept if part == author or part in _own(part, title, author)]
    if signed and len(kept) > 1:
        kept = [part for part in kept if part != signed[0]]
    return Written(title, "\n".join(kept), author, raw)


def _own(text: str, title: str, author: str | None) -> list[str]:
    """The lines of a text that are neither its title, nor its author's name, nor what nobody wrote."""
    lines = [part for part in text.split("\n") if part not in ("", title, author)]
    return [part for part in lines if not is_control(part.replace(author, "") if author else part)]


def _has_words(lines: list[str]) -> bool:
    return any(map(str.isalnum, "".join(lines)))


def _candidates(block: Block, raw: str) -> Iterator[str]:
    """What its author wrote, as narrowly as the markup tells without losing most of it; then less and less narrowly."""
    body, core = _told(block, "body"), _told(block, "core")
    body = core if 2 * len(core) > len(body) else body
    soft, rest = _told(block, "soft"), _told(block, "rest")
    if len(rest) < max(_MISNAMED * len(body), _LITTLE):
        yield body
    yield soft if 2 * len(soft) > len(rest) else rest
    yield raw


def _author(block: Block) -> str | None:
    for spot in block.marked:
        told = next(filter(None, map(spot.attributes.get, _AUTHORS)), None) or _meta_author(spot)
        if told:
            return line(cleaned(told))[:_AUTHOR] or None
    for role in ("author", "name"):
        for part in _lines(_told(block, role)):
            name = _BYLINE.sub("", undated(part[:_BYLINE_TEXT]).strip(" ,•·|-")).strip()
            if sum(map(str.isalpha, name)) > 1 and not is_control(part):
                return name[:_AUTHOR]
    label = line(cleaned(block.marked[0].attributes.get("aria-label") or ""))
    return label if 0 < len(label) < _AUTHOR and not _LABELLED.search(label) else None


def _meta_author(spot: Spot) -> str | None:
    """`<meta itemprop="name">` within the author of a card, and not within what it is about."""
    told = property_of(spot.attributes)
    content = spot.attributes.get("content")
    if told not in ("author", "name") or not content:
        return None
    above = spot.node.parent
    for _ in range(_ABOVE):
        if told == "author" or above is None:
            break
        told, above = property_of(above.attributes), above.parent
    return content if told == "author" else None


def _says_nothing(heading: str) -> bool:
    return is_generic(heading) or _ANSWERS.fullmatch(heading) is not None


def _headed(title: str) -> str:
    """A title without the sign that links to it."""
    return _LINK_SIGN.sub("", title)


def _signed(raw: str) -> tuple[str, str] | None:
    """The line that says who wrote something and when, and nothing else; and that name."""
    for part in raw.split("\n"):
        dated = undated(part[:_BYLINE_TEXT])
        if (
            dated != part
            and (found := _SIGNED.fullmatch(dated.strip()))
            and len(found["name"].split()) <= _AUTHOR_WORDS
        ):
            return part, found["name"]
    return None


def _first(block: Block, title: str, kept: list[str]) -> str | None:
    """The first line of something dated or rated, when it may be a name and more follows."""
    if block.sort != "entry" or title or len(kept) < 2:
        return None
    dated = undated(kept[0][:_BYLINE_TEXT])
    if dated != kept[0][:_BYLINE_TEXT] and (found := _DATED_BY.search(dated)):
        return found[1]
    labels = (line(spot.node.text()) for spot in block.anchors[:_LINKS] if not spot.is_profile)
    if kept[0] in labels:  # what it is about, more likely
        return None
    return _named(kept[0])


def _named(part: str) -> str | None:
    """The name that a line may be."""
    name = _BYLINE.sub("", part[:_AUTHOR].strip()).strip()
    if len(name) > _AUTHOR // 2 or len(name.split()) > _AUTHOR_WORDS or name[-1:] in ".!?…" or not name[:1].isalnum():
        return None
    return name or None


def _told(block: Block, role: str) -> str:
    return _tidy(block.told(role))


def _lines(text: str) -> list[str]:
    return [part for part in map(line, text.split("\n")) if part]


def _tidy(text: str) -> str:
    return _BLANKS.sub("\n", _SPACES.sub(" ", _PILCROW.sub("", text))).strip()
