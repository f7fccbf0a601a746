"""An entry of a register -> the profile of a person, as `vigie practitioner add --file` would read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ops.fields import MAX_PLACES, Fields
from ops.registers import Entry, Practice
from ops.trades import specialty
from vigie.judge.fold import folded

_PARTICLES = frozenset({"de", "du", "des", "d"})
_JOINTS = _PARTICLES | {"sur", "sous", "en", "la", "le", "les", "lès", "lez", "l", "aux", "au", "à", "et", "dr", "pr"}
_INITIALS = frozenset(
    {
        "ap", "aphp", "arg", "ars", "ch", "chi", "chr", "chru", "chs", "chu", "cmp", "cms", "cpts", "ehpad", "esat",
        "gcs", "gie", "had", "hcl", "hia", "irm", "ght", "mgen", "msp", "orl", "sa", "sarl", "sas", "scm", "scp",
        "sel", "selarl", "selas", "sisa", "sos", "ssr", "ssiad",
    }
)  # fmt: skip
"""What stays in capitals in the name of a practice."""
_WORD = re.compile(r"[^\W_]+")
_DISTRICT = re.compile(r"(\d{1,2})\s*(?:e|er|eme|ème)?\s+arrondissement", re.IGNORECASE)
_GENERIC = _JOINTS | {"cabinet", "medical", "dentaire", "docteur", "dre", "professeur", "selarl", "sel"}


@dataclass(frozen=True, slots=True)
class Identity:
    """What a register says of somebody, as a profile, and what is worth telling about it."""

    document: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def identity(entry: Entry) -> Identity:
    """The profile of an entry. A field that it does not know is left out, and refused later if it is needed."""
    notes: list[str] = []
    places = [place for practice in entry.practices for place in _places(practice, entry, notes)]
    main = places[0] if places else {}
    title = entry.title or ("Dr" if entry.profession.casefold() in ("médecin", "chirurgien-dentiste") else "")
    document = {
        "title": title,
        "first_names": [spelt(entry.first, _PARTICLES)] if entry.first else [],
        "last_names": [spelt(entry.last, _PARTICLES)],
        "specialty": specialty(entry.skills, entry.profession),
        "rpps": entry.rpps,
        **main,
        "practices": places[1 : MAX_PLACES + 1],
    }
    return Identity({name: value for name, value in document.items() if value}, tuple(notes))


def _places(practice: Practice, entry: Entry, notes: list[str]) -> Iterable[dict[str, str]]:
    """A practice, once for each of its telephones; none for one whose town is not known."""
    if not (practice.town and practice.postcode):
        return
    where = {"city": _town(practice.town), "postcode": practice.postcode}
    name = practice_name(practice.name, entry)
    first = {**where, **({"practice_name": name} if name else {})}
    phones = []
    for phone in practice.phones:
        fields = Fields({"phone": phone})
        if number := fields.phone():
            phones.append(number)
        notes += [f"the register's {problem}" for problem in fields.problems]
    yield {**first, **({"phone": phones[0]} if phones else {})}
    yield from ({**where, "phone": phone} for phone in phones[1:])


def practice_name(name: str, entry: Entry) -> str:
    """What a practice is called, unless that is their own name: a namesake would then be at home in it."""
    words = set(folded(name).split()) - _GENERIC
    own = set(folded(entry.last).split())
    if not words or own & words:
        return ""
    return spelt(name, _JOINTS, _INITIALS)


def _town(name: str) -> str:
    """`PARIS 13E ARRONDISSEMENT` is Paris 13e."""
    cut = re.sub(r"\s+cedex\b.*", "", name, flags=re.IGNORECASE)
    return spelt(_DISTRICT.sub(r"\1E" if cut.isupper() else r"\1e", cut).strip(), _JOINTS)


def spelt(text: str, small: frozenset[str], loud: frozenset[str] = frozenset()) -> str:
    """What is all in capitals, as one writes it: `DE LA TOUR` is de La Tour. What is not is left as it is."""
    if text != text.upper():
        return text

    def word(found: re.Match[str]) -> str:
        lowered = found[0].lower()
        if lowered in loud:
            return found[0]
        if lowered in small and (found.start() or small is _PARTICLES):
            return lowered.capitalize() if lowered in ("dr", "pr") else lowered
        return lowered.capitalize() if lowered[:1].isalpha() else lowered

    return _WORD.sub(word, text)
