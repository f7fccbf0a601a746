"""Each place of a text where a practitioner may be named, how they are named there, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from vigie.judge.forms import CIVIL_TITLES, MEDICAL_TITLES, MISSPELT_FROM, SLIP_FROM, Form, Surname
from vigie.judge.lexicon import first_names, words_of
from vigie.judge.names import Names
from vigie.judge.namesakes import compound, other_first_name, other_title, place
from vigie.judge.reading import Reading
from vigie.judge.roles import ARTICLES, Role, attached_role
from vigie.judge.sounds import alike, distance


class Shape(IntEnum):
    """How completely a practitioner is named, the least telling first."""

    FIRST = -1
    """By the first name alone, or with an initial: `Gwen de l'Ostéo de la Rabine`, `Ornella G.`"""
    SURNAME = 0
    TITLE_SURNAME = 1
    INITIAL = 2
    FULL = 3


@dataclass(frozen=True, slots=True)
class Naming:
    """One place where the text may name the practitioner."""

    first: int
    after: int
    """Words `first` to `after - 1`, title included."""
    shape: Shape
    code: str
    title: str
    """`medical`, `civil`, or empty."""
    role: Role | None
    """The trade attached to the name."""
    fuzzy: bool
    partial: bool
    plain: bool
    """Written like an ordinary word: in lower case, and it is one."""
    veto: str
    """Why it must be somebody or something else; empty when nothing says so."""


def namings(reading: Reading, names: Names) -> Iterator[Naming]:
    """Every place of `reading` where the practitioner may be named, once each: an alias says more than the last name
    that is in it."""
    taken: set[int] = set()
    for first, after in _alias_places(reading, names):
        if taken.isdisjoint(range(first, after)):
            taken.update(range(first, after))
            yield _naming(reading, names, first, first, after, Shape.FULL, "alias")
    for at in reading.tagged:
        full = names.handles.get(reading.words[at])
        if full is not None:
            shape = Shape.FULL if full else Shape.TITLE_SURNAME
            yield _naming(reading, names, at, at, at + 1, shape, "handle", title="" if full else "medical")
    for at, surname, fuzzy in _surname_places(reading, names):
        if at not in taken:
            found = _surname_naming(reading, names, at, surname, fuzzy=fuzzy)
            taken.update(range(found.first, found.after))
            yield found
    if _at_home(reading, names):
        for first, after in _first_name_places(reading, names):
            if taken.isdisjoint(range(first, after)):
                yield _naming(reading, names, first, first, after, Shape.FIRST, "first_name")


def _at_home(reading: Reading, names: Names) -> bool:
    return any(reading.where(word) for word in names.places)


def _first_name_places(reading: Reading, names: Names) -> Iterator[tuple[int, int]]:
    """Where the first name stands without a last name that is not theirs: told only by who speaks of their practice."""
    initials = {next(iter(surname.words))[0] for forms in names.surnames.values() for surname in forms}
    for form in names.first:
        for at in reading.where(form[0]):
            after = at + len(form)
            if tuple(reading.words[at:after]) != form or not (reading.capital(at) or not reading.cased(at)):
                continue
            following = reading.words[after] if after < len(reading) and reading.gap(after) == " " else ""
            if len(following) == 1 and following in initials:
                yield at, after + 1
            elif not following or not reading.capital(after):
                yield at, after


def _alias_places(reading: Reading, names: Names) -> Iterator[tuple[int, int]]:
    """Where an alias stands whole; a handle keeps its own stops and underscores (`@dr.c.lagarde`)."""
    for alias in names.aliases:
        for at in reading.where(alias[0]):
            if tuple(reading.words[at : at + len(alias)]) == alias:
                gaps = [reading.gap(index) for index in range(at + 1, at + len(alias))]
                if all(gap in (".", "_") for gap in gaps) or _one_name(reading, at, alias):
                    yield at, at + len(alias)


def _surname_places(reading: Reading, names: Names) -> Iterator[tuple[int, Surname, bool]]:
    """(word, form, misspelt) of each last name. Misspelt ones are looked for after a title or a first name only, or
    anywhere in a text that names their practice or their town."""
    exact = {at for first in names.surnames for at in reading.where(first)}
    at_home = _at_home(reading, names) or names.city.any(reading.words)
    after = {at + 1 for word in names.announcers for at in reading.where(word) if at + 1 < len(reading)}
    after |= {at - 1 for form in names.first for at in reading.where(form[0]) if at}  # `IONESCO Cosmin`
    covered = 0
    scanned = {at for at in range(len(reading)) if reading.garbled(at)}
    for at in range(len(reading)) if at_home else sorted(exact | after | scanned):
        if at < covered:
            continue
        surname = next((s for s in names.surnames.get(reading.words[at], ()) if _is_there(reading, at, s)), None)
        if surname:
            yield at, surname, False
            covered = at + len(surname.words)
        elif _misspelt(reading, names, at, sure=at in after or at in scanned):
            yield at, Surname((reading.words[at],)), True


def _is_there(reading: Reading, at: int, surname: Surname) -> bool:
    return tuple(reading.words[at : at + len(surname.words)]) == surname.words and _one_name(reading, at, surname.words)


def _misspelt(reading: Reading, names: Names, at: int, *, sure: bool) -> bool:
    word = reading.words[at]
    if len(word) < MISSPELT_FROM or word in names.places or not (sure or reading.capital(at) or not reading.cased(at)):
        return False
    return any(alike(word, name) for name in names.whole) and (sure or word not in first_names())


def _one_name(reading: Reading, at: int, form: Form) -> bool:
    """False when something parts the words of a last name (`de la tour`, but not `de là, Tour`)."""
    return not any(reading.pauses(index) for index in range(at + 1, at + len(form)))


def _surname_naming(reading: Reading, names: Names, at: int, surname: Surname, *, fuzzy: bool) -> Naming:
    after = at + len(surname.words)
    first, shape, code = at, Shape.SURNAME, ""
    veto = ""
    before, behind = _first_name_before(reading, names, at), _first_name_after(reading, names, after)
    if before is not None:
        first, shape, code = before, Shape.FULL, "full_name"
        veto = "other_name" if reading.gap(at) == "-" else _swapped(reading, range(at, after), range(before, at))
    elif behind is not None:
        after, shape, code = behind, Shape.FULL, "inverted_name"
        veto = _swapped(reading, range(at, at + len(surname.words)), range(at + len(surname.words), behind))
    elif (initial := _initial_before(reading, names, at)) is not None:
        first, shape, code = initial, Shape.INITIAL, "initial_surname"
    elif (initial := _initial_after(reading, names, after)) is not None:
        after, shape, code = initial, Shape.INITIAL, "initial_surname"
    else:
        veto = other_first_name(reading, names, at, after)
    if surname.code and shape is Shape.FULL:
        code = surname.code
    found = _naming(reading, names, at, first, after, shape, code, fuzzy=fuzzy, partial=surname.partial)
    return found if found.veto or not veto else replace(found, veto=veto)


def _naming(
    reading: Reading,
    names: Names,
    at: int,
    first: int,
    after: int,
    shape: Shape,
    code: str,
    *,
    title: str = "",
    fuzzy: bool = False,
    partial: bool = False,
) -> Naming:
    said, start = _title(reading, first)
    title = title or said
    if shape is Shape.SURNAME and title:
        shape, code = Shape.TITLE_SURNAME, "title_surname"
    role = attached_role(reading, names, start, after)
    plain = _plain(reading, at, sure=shape > Shape.TITLE_SURNAME or bool(title))
    veto = compound(reading, names, first, after) or place(reading, start) or other_title(reading, start)
    return Naming(start, after, shape, code, title, role, fuzzy, partial, plain, veto)


def _first_name_before(reading: Reading, names: Names, at: int) -> int | None:
    """Where the practitioner's first name begins, when it stands right before the last name."""
    for form in names.first:
        for spelt in (form, ("".join(form),)):
            first = at - len(spelt)
            if (
                first >= 0
                and _same_first(tuple(reading.words[first:at]), spelt)
                and not _parted(reading, first + 1, at)
            ):
                return first
    return None


def _same_first(words: Form, form: Form) -> bool:
    """The same first name, another spelling of it, or one misspelt: another first name is somebody else's (`Michel`,
    `Michelle`)."""
    if words == form:
        return True
    if len(words) != 1 or len(form) != 1 or len(form[0]) < SLIP_FROM or words[0][:1] != form[0][0]:
        return False
    spelt_so = _spelling(words[0]) == _spelling(form[0])
    return (spelt_so or words[0] not in first_names()) and distance(words[0], form[0], 1) == 1


_TWICE = re.compile(r"([a-z])\1+")


def _spelling(first_name: str) -> str:
    """What the spellings of one first name share: `Mohamed` and `Mohammed`, `Mathieu` and `Matthieu`, `Sylvie`."""
    return _TWICE.sub(r"\1", first_name.replace("h", "").replace("y", "i"))


def _parted(reading: Reading, first: int, last: int) -> bool:
    return any(reading.pauses(index) for index in range(first, last + 1))


def _first_name_after(reading: Reading, names: Names, after: int) -> int | None:
    """The word after the first name of `MORVANT Jean-Pierre`, `Morvant, Jean-Pierre` or `MORVANT (Jean-Pierre)`."""
    if reading.breaks(after) or reading.gap(after).strip() not in ("", ",", "(", "-"):
        return None
    for form in names.first:
        for spelt in (form, ("".join(form),)):
            end = after + len(spelt)
            if _same_first(tuple(reading.words[after:end]), spelt) and not _parted(reading, after + 1, end - 1):
                if reading.gap(after).strip() == "" and reading.gap(end) == "-" and end < len(reading):
                    return None
                return end
    return None


def _swapped(reading: Reading, last: range, first: range) -> str:
    """`Dr PAUL Bernard` is Bernard Paul: when only one of the two is in capitals, that one is the last name."""
    shouted = all(map(reading.shouted, first)) and not any(map(reading.shouted, last))
    return "swapped" if shouted else ""


def _initial_before(reading: Reading, names: Names, at: int) -> int | None:
    """Where `J. Morvant`, `JP Morvant` or `J.-P. Morvant` begins."""
    for letters in sorted(names.initials, key=len, reverse=True):
        for spelt in (tuple(letters), (letters,)):
            first = at - len(spelt)
            if first < 0 or tuple(reading.words[first:at]) != spelt or _parted_initials(reading, first + 1, at):
                continue
            if len(letters) == 1 and not reading.initial(first):
                continue
            return first
    return None


def _parted_initials(reading: Reading, first: int, last: int) -> bool:
    return any(reading.gap(index).strip() not in ("", ".", "-", ".-") for index in range(first, last + 1))


def _initial_after(reading: Reading, names: Names, after: int) -> int | None:
    """The word after the initial of `Morvant J.` or `MORVANT JP,`, as papers and lists have it."""
    if after >= len(reading) or reading.gap(after) not in (" ", ", ") or reading.words[after] not in names.initials:
        return None
    following = reading.gap(after + 1)
    listed = reading.pauses(after + 1) or following[:1] in ".,;)"
    return after + 1 if listed and reading.initial(after) and reading.original(after).isupper() else None


def _title(reading: Reading, first: int) -> tuple[str, int]:
    """(sort of title, where it begins) before word `first`; `Mme le Dr` and `Pr. Dr` count once."""
    title, start = "", first
    while start and not reading.breaks(start) and start > first - 3:
        word = reading.words[start - 1]
        if word in MEDICAL_TITLES:
            title, start = "medical", start - 1
        elif word in CIVIL_TITLES and (word != "m" or reading.gap(start).strip() in (".", "")):
            title, start = title or "civil", start - 1
        elif title and word in ARTICLES and start > 1 and reading.words[start - 2] in CIVIL_TITLES:
            start -= 1
        else:
            break
    return title, start


def _plain(reading: Reading, at: int, *, sure: bool) -> bool:
    """An ordinary word in lower case; opening a sentence it may be one too, unless the rest of the name says `sure`."""
    if not words_of("common-words").has(reading.words[at]):
        return False
    return not reading.capital(at) or (not sure and reading.breaks(at) and not reading.shouted(at))
