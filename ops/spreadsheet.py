"""FILE.csv -> profiles, one a row, each checked before any is enrolled."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops import profile
from ops.fields import Fields
from vigie.errors import InputError
from vigie.judge.fold import folded

MAX_BYTES = 20_000_000
MAX_ROWS = 20_000

_LISTS = ("first_names", "last_names", "aliases", "excluded")
_TEXTS = ("title", "specialty", "city", "postcode", "practice_name", "phone", "website", "rpps")
_ADDRESSES = ("email", "sms")
_COLUMNS = (*_LISTS, *_TEXTS, *_ADDRESSES, "language")

_FRENCH = {
    "civilite": "title",
    "titre": "title",
    "prenom": "first_names",
    "prenoms": "first_names",
    "nom": "last_names",
    "noms": "last_names",
    "first name": "first_names",
    "last name": "last_names",
    "specialite": "specialty",
    "profession": "specialty",
    "ville": "city",
    "code postal": "postcode",
    "cabinet": "practice_name",
    "telephone": "phone",
    "site": "website",
    "site web": "website",
    "numero rpps": "rpps",
    "alias": "aliases",
    "exclusions": "excluded",
    "exclus": "excluded",
    "e mail": "email",
    "mail": "email",
    "courriel": "email",
    "mobile": "sms",
    "portable": "sms",
    "langue": "language",
}
"""Headings people write, folded, and the column each one is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the file. `problems` are why they are refused; empty when they can be enrolled."""

    line: int
    document: Mapping[str, Any]
    problems: tuple[str, ...] = ()

    @property
    def looked_up(self) -> bool:
        """It gives an RPPS number in the place of a name: the register is to say who that is."""
        return is_looked_up(self.document)


def is_looked_up(document: Mapping[str, Any]) -> bool:
    return bool(document.get("rpps")) and not (document.get("first_names") or document.get("last_names"))


def read(path: Path) -> list[Row]:
    """The rows of a file, checked. Raises `InputError` when it is not such a file at all."""
    text = _text(path)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = next(reader, [])
        if heading and re.fullmatch(r"sep=.?", heading[0]):  # by which some have Excel open a sheet in columns
            heading = next(reader, [])
        columns = _columns(path, heading)
        rows = [_row(reader.line_num, columns, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise InputError(f"{path} is not CSV: line {reader.line_num}: {error}.") from None
    if not rows:
        raise InputError(f"{path} holds no row under its column names.")
    if len(rows) > MAX_ROWS:
        raise InputError(f"{path} holds {len(rows):,} rows; at most {MAX_ROWS:,} at a time.")
    return _each_once(rows)


def _each_once(rows: list[Row]) -> list[Row]:
    """Rows of a person whom an earlier one has are refused: which of the two is meant, nobody can tell."""
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        what, who = _identity(row)
        first = seen.setdefault(who, row.line) if who else row.line
        if first != row.line:
            row = replace(row, problems=(*row.problems, f"{what} that of line {first}: one row a person."))
        found.append(row)
    return found


def _identity(row: Row) -> tuple[str, str]:
    """(what it is, what tells one person of a sheet from another), as an enrolment knows them again."""
    if number := re.sub(r"\D", "", str(row.document.get("rpps", ""))):
        return "its RPPS number is", number
    if row.problems:
        return "", ""
    person = profile.read(row.document, practitioner_id="", now=datetime.now(UTC)).practitioner
    return "its name, postcode and specialty are", profile.name_hash(person)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or 'no such file').lower()}.") from None
    if len(raw) > MAX_BYTES:
        raise InputError(f"{path} is larger than {MAX_BYTES:,} bytes: split it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")  # what spreadsheets save as "CSV" in France
    if not text.strip():
        raise InputError(f"{path} is empty.")
    if "\0" in text:
        raise InputError(f"{path} is not CSV text: save the sheet as CSV (UTF-8).")
    return text


def _columns(path: Path, heading: list[str]) -> list[str | None]:
    """The column each heading names; None for those that are left out."""
    columns: list[str | None] = []
    for name in heading:
        plain = folded(name)
        column = _FRENCH.get(plain, plain.replace(" ", "_"))
        columns.append(column if column in _COLUMNS else None)
        if plain and column not in _COLUMNS:
            raise InputError(f"{path}: column {name.strip()!r} is not known; the columns are: {', '.join(_COLUMNS)}.")
    missing = [name for name in ("first_names", "last_names") if name not in columns]
    if missing and "rpps" not in columns:
        raise InputError(
            f"{path} has no column {missing[0]!r} in its first line, nor 'rpps', which may stand for the others:"
            f" {', '.join(_COLUMNS)}."
        )
    return columns


def _row(line: int, columns: list[str | None], cells: list[str]) -> Row:
    document: dict[str, Any] = {}
    language = ""
    for column, cell in zip(columns, cells, strict=False):
        values = [value.strip() for value in cell.split("|") if value.strip()]
        if column is None or not values:
            continue
        if column in _ADDRESSES:
            document.setdefault("recipients", []).extend({"channel": column, "address": value} for value in values)
        elif column == "language":
            language = values[0]
        elif column in _LISTS:
            document[column] = values
        else:
            document[column] = cell.strip()
    for recipient in document.get("recipients", []) if language else ():
        recipient["language"] = language
    problems: tuple[str, ...] = ()
    if len(cells) > len(columns):
        problems = (f"it has {len(cells)} cells for {len(columns)} columns: is a text with a separator unquoted?",)
    else:
        problems = tuple(_problems(document))
    return Row(line, document, problems)


def _problems(document: dict[str, Any]) -> Iterable[str]:
    """What can be seen to be wrong with a row before anything is asked."""
    now = datetime.now(UTC)
    if not any(document.get(name) for name in ("rpps", "first_names", "last_names")):
        yield "it has neither an RPPS number nor a name: say who it is."
        return
    if not is_looked_up(document):
        try:
            profile.read(document, practitioner_id="", now=now)
        except profile.ProfileError as error:
            yield from error.problems
        return
    fields = Fields(document)
    number = fields.rpps()
    if number:
        document["rpps"] = number
    if not fields.recipients(now) and not fields.problems:
        yield "it has neither email nor sms: say where to tell them."
    yield from fields.problems
