"""The register of practitioners (RPPS), as data.gouv.fr publishes it: identity, specialty, places of practice.

What it reads: the rows of one person, by RPPS number, or of everybody of a name: one row for each place where they
practise. Columns are known by their headings, in any order, with others between them; a number may come as a number or
as text, an empty cell as null. https://github.com/datagouv/api-tabular has the API, the file is
`ps-libreacces-personne-activite.txt`.

Limits: the file is refreshed daily; a change is seen a day later. A quarter of dentists have no usable address, three
quarters no telephone. The department is empty on every row: it is taken from the postcode.

Terms of use: Licence Ouverte 2.0: free, no account, its source to be named. It is asked at enrolment only, slowly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ops.answers import object_of, objects, text
from ops.registers import BY, Answer, Entry, Practice, Skill
from vigie.errors import SourceError
from vigie.exchange import Request, Response
from vigie.judge.fold import folded
from vigie.model import OutcomeKind, Provider

PARAMS = BY
PROVIDER = Provider("rpps_tabular", interval_ms=200)

DATA = "https://tabular-api.data.gouv.fr/api/resources/fffda7e9-0ea2-4c35-bba0-4496f3af935d/data/"
ROWS = 50
"""Rows of an answer; the API gives no more."""

_NUMBER = re.compile(r"\d{11}")
_CEDEX = re.compile(r"(\d{5})\s*(.*?)(?:\s+cedex.*)?", re.IGNORECASE)
_TITLES = {"dr": "Dr", "docteur": "Dr", "pr": "Pr", "professeur": "Pr"}
_RANKS = {"S": 0, "CEX": 1}
"""Types of savoir-faire, ordinal specialties and exclusive competences before those one has beside."""


def by_number(rpps: str) -> Request:
    """Every row of that RPPS number."""
    return _asked({"Identifiant PP__exact": rpps})


def by_name(first: str, last: str) -> Sequence[Sequence[Request]]:
    """Everybody of that name: as it is written and without accents, since the register writes either way in capitals;
    then with a hyphen for a space, or the reverse."""
    spelt = _spellings(first, last)
    other = [pair for given in spelt for pair in _hyphens(*given) if pair not in spelt]
    return [[_named(*pair) for pair in group] for group in (spelt, dict.fromkeys(other)) if group]


def read(response: Response) -> Answer:
    """The people of the rows. Raises `SourceError(CONTRACT_CHANGED)`."""
    found = object_of(response.body)
    rows = found.get("data")
    if not isinstance(rows, list):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no rows")
    entries = [entry for row in objects(rows, ROWS * 4) if (entry := _entry(row))]
    if rows and not entries:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "rows without a number or a name")
    links = found.get("links")
    return Answer(tuple(entries), _next(links.get("next") if isinstance(links, dict) else None))


def refused(response: Response) -> SourceError | None:
    """A column or a file that is not there any more is told as that, not as a site that blocks us."""
    if response.status in (400, 404, 410, 422):
        return SourceError(OutcomeKind.CONTRACT_CHANGED, f"status {response.status}")
    return None


def _asked(where: Mapping[str, str]) -> Request:
    return Request(f"{DATA}?{urlencode({**where, 'page_size': str(ROWS)}, quote_via=quote)}")


def _named(first: str, last: str) -> Request:
    return _asked({"Nom d'exercice__exact": last, "Prénom d'exercice__contains": first})


def _spellings(first: str, last: str) -> list[tuple[str, str]]:
    pair = (first.upper(), last.upper())
    return list(dict.fromkeys((pair, (_bare(pair[0]), _bare(pair[1])))))


def _bare(name: str) -> str:
    """Without accents, its hyphens and apostrophes left where they are."""
    return "".join(c if not c.isalpha() else folded(c) for c in name).upper()


def _hyphens(first: str, last: str) -> list[tuple[str, str]]:
    firsts = (first, first.replace("-", " "), first.replace(" ", "-"))
    lasts = (last, last.replace("-", " "), last.replace(" ", "-"))
    return [(one, other) for one in dict.fromkeys(firsts) for other in dict.fromkeys(lasts)]


def _next(link: object) -> Request | None:
    """What follows, from the query of the link alone: proxies write its host and scheme as they see them."""
    query = urlsplit(link).query if isinstance(link, str) and len(link) < 4_000 and _splits(link) else ""
    return Request(f"{DATA}?{query}") if query.isascii() and query else None


def _splits(link: str) -> bool:
    try:
        urlsplit(link)
    except ValueError:
        return False
    return not re.search(r"[\s\x00-\x1f]", link)


@lru_cache(maxsize=512)
def _heading(name: str) -> str:
    return " ".join(folded(name[:100]).split())


def _getter(cells: Mapping[str, str]) -> Callable[[str], str]:
    """The cell of a column, named as the file spells it; empty when it has no such column."""
    return lambda name: cells.get(_heading(name), "")


def _entry(row: Mapping[str, Any]) -> Entry | None:
    """One row; None for one that does not say who it is about."""
    cells = {_heading(str(name)): text(value) for name, value in row.items()}
    get = _getter(cells)
    number, national = get("Identifiant PP"), get("Identification nationale PP")
    if not _NUMBER.fullmatch(number):
        number = national[1:] if national[:1] == "8" and _NUMBER.fullmatch(national[1:]) else ""
    national = national or (f"8{number}" if number else "")
    last = get("Nom d'exercice")
    if not national or not last:
        return None
    skill, kind = get("Libellé savoir-faire"), get("Code type savoir-faire")
    titles = (_TITLES.get(get(f"{column} civilité d'exercice").casefold(), "") for column in ("Code", "Libellé"))
    return Entry(
        national_id=national,
        rpps=number,
        title=next(filter(None, titles), ""),
        first=get("Prénom d'exercice"),
        last=last,
        profession=get("Libellé profession"),
        skills=(Skill(_RANKS.get(kind, 2), skill),) if skill else (),
        practices=(_practice(cells),),
    )


def _practice(cells: Mapping[str, str]) -> Practice:
    get = _getter(cells)
    where = "(coord. structure)"
    cedex = _CEDEX.fullmatch(get(f"Bureau cedex {where}"))
    postcode = get(f"Code postal {where}")
    postcode = postcode.zfill(5) if postcode.isdecimal() and len(postcode) == 4 else postcode  # 01000, as a number
    return Practice(
        name=get("Enseigne commerciale site") or get("Raison sociale site"),
        town=get(f"Libellé commune {where}") or (cedex[2] if cedex else ""),
        postcode=postcode or (cedex[1] if cedex else ""),
        phones=tuple(filter(None, (_phone(get(f"{name} {where}")) for name in ("Téléphone", "Téléphone 2")))),
        own=get("Code mode exercice") == "L",
    )


def _phone(cell: str) -> str:
    """A number is a number to who guesses types: it has lost the zero in front."""
    digits = re.sub(r"[\s.-]", "", cell)
    return f"0{digits}" if re.fullmatch(r"[1-9]\d{8}", digits) else digits
