"""What speaks for and against one naming, as numbers that `vigie.judge.weights` weighs.

Every fact has a name here; its weight, and whether it speaks for or against, is learned from labelled items
(`ops/train/matching.py`) and can be read in `data/match.txt`. A fact said of the name itself (within a few words and
the same sentence) is another one than the same fact somewhere in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from vigie.judge.forms import PARTICLES, TITLES
from vigie.judge.lexicon import RAREST, first_names, surname_rank, words_of
from vigie.judge.naming import Naming, Shape
from vigie.judge.places import Place, Where
from vigie.judge.reading import Reading
from vigie.judge.roles import ARTICLES, Role, role_at
from vigie.judge.setting import Setting

type Facts = Mapping[str, float]

_NEAR = 10
"""Words around a name that are said of it, when no sentence ends between."""
_PATIENT = frozenset({"je", "j", "m", "me", "mon", "ma", "mes", "moi", "nous", "on"})
_LINKS = frozenset(
    {"de", "d", "du", "des", "a", "au", "par", "avec", "chez", "pour", "et", "ou", "que", "contre", "sur"}
)
_AGE = re.compile(r"\d{1,2}")
_OLD = re.compile(r"1[0-8]\d\d|19[0-5]\d")


def facts(setting: Setting, naming: Naming, all_namings: Sequence[Naming]) -> Facts:
    """Everything that is known of one naming, by name; what is not there is 0."""
    shape = _shape(naming)
    found: dict[str, float] = dict(_name(setting, naming))
    said = dict([*_said_of_it(setting, naming), *_said_around(setting)])
    said[f"support {_support(said, naming)}"] = 1
    for name, value in (*said.items(), *_others(naming, all_namings)):
        found[name] = value
        found[f"{name}@{shape}"] = value
    return {name: float(value) for name, value in found.items() if value}


def _shape(naming: Naming) -> str:
    if naming.shape is Shape.FULL:
        return "titled" if naming.title == "medical" else "full"
    return naming.shape.name.lower()


def _support(said: Mapping[str, float], naming: Naming | None) -> int:
    """How many kinds of clue agree: the town, the practice, the trade, what one sees them for."""
    return (
        bool(said["city"] or said["postcode"] or said["author city"])
        + bool(said["place"] or said["practice"] or said["signed by practice"])
        + bool(said["specialty"] or (naming is not None and naming.role is Role.OWN))
        + bool(said["topics"])
    )


def _name(setting: Setting, naming: Naming) -> Iterator[tuple[str, float]]:
    """How they are named."""
    reading = setting.reading
    yield f"shape:{naming.shape.name.lower()}", 1
    if naming.shape is not Shape.FIRST:
        yield f"rare:{naming.shape.name.lower()}", (surname_rank(reading.words[naming.after - 1]) / RAREST) ** 0.5
    if naming.code in ("alias", "handle", "maiden_name", "inverted_name"):
        yield f"named:{naming.code}", 1
    if naming.title:
        yield f"title:{naming.title}@{'full' if naming.shape is Shape.FULL else 'last'}", 1
    if naming.veto:
        yield f"veto:{naming.veto}", 1
    if naming.role:
        yield f"role:{naming.role.value}", 1
    yield "fuzzy", naming.fuzzy
    yield "partial", naming.partial
    yield "plain", naming.plain
    yield "small letter", reading.cased(naming.after - 1) and not reading.capital(naming.after - 1)
    if naming.shape is Shape.SURNAME:
        yield from _bare(setting, naming)
    if naming.shape <= Shape.TITLE_SURNAME:
        yield "before capital", _before_capital(setting, naming.after)
    if naming.shape is Shape.FULL and not naming.title:
        yield "described", _described(setting, naming)
        yield "aged", _aged(reading, naming.after)


def _bare(setting: Setting, naming: Naming) -> Iterator[tuple[str, float]]:
    """What stands beside a last name that comes alone: `le magasin Cloarec`, `Cloarec Nautisme`, `la Poirier`."""
    reading, first = setting.reading, naming.first
    if first and not reading.pauses(first):
        word = reading.words[first - 1]
        if word in ARTICLES:
            yield "after article", 1
        elif reading.capital(first - 1) and word not in PARTICLES and not words_of("before-person").has(word):
            yield "after capital", 1
        elif not words_of("before-person").has(word) and naming.role is not Role.OWN:
            yield "after word", 1
    else:
        yield "begins", 1


def _before_capital(setting: Setting, after: int) -> bool:
    """`Cloarec Nautisme`, `le docteur Hubert Bonisseur`: the name goes on with a word that is not theirs."""
    reading, names = setting.reading, setting.names
    if after >= len(reading) or reading.pauses(after) or not reading.capital(after) or len(reading.words[after]) < 3:
        return False
    word = reading.words[after]
    own = word in names.words or word in names.town_words or any(word in form for form in names.first)
    return (
        not own and reading.shouted(after) == reading.shouted(after - 1) and role_at(reading, after, names)[0] is None
    )


def _described(setting: Setting, naming: Naming) -> bool:
    """`le maître voilier malouin Gilles Aubry`: small words from an article to the name, none of them of medicine."""
    reading = setting.reading
    if naming.first and reading.words[naming.first - 1] in _LINKS:
        return False
    for at in range(naming.first - 1, max(naming.first - 6, -1), -1):
        if reading.breaks(at + 1) or reading.pauses(at + 1):
            return False
        word = reading.words[at]
        if word in ARTICLES:
            return at < naming.first - 1 and not all(
                words_of("filler").has(other) for other in reading.words[at + 1 : naming.first]
            )
        if reading.capital(at) or words_of("medical").has(word) or role_at(reading, at, setting.names)[0]:
            return False
    return False


def _aged(reading: Reading, after: int) -> bool:
    """`, 23 ans`: who is introduced so is in the news, not in an office."""
    return (
        after + 1 < len(reading)
        and _AGE.fullmatch(reading.words[after]) is not None
        and reading.words[after + 1] == "ans"
        and reading.gap(after).strip() in (",", "(", "")
    )


def signed(setting: Setting, naming: Naming | None) -> Facts:
    """What is known of an item that is signed by somebody of their name: `naming`, in the signature."""
    found: dict[str, float] = {"shape:signed": 1}
    if naming is not None:
        found["signed:alias"] = naming.code == "alias"
        found["signed:doctor"] = naming.title == "medical"
        if naming.role:
            found[f"signed:{naming.role.value}"] = 1
    said = dict(_said_around(setting))
    said[f"support {_support(said, None)}"] = 1
    for name, value in said.items():
        found[name] = value
        found[f"{name}@signed"] = value
    return {name: float(value) for name, value in found.items() if value}


def _said_of_it(setting: Setting, naming: Naming) -> Iterator[tuple[str, float]]:
    """Facts within a few words of the name and its sentence; in a title, its whole line."""
    reading = setting.reading
    around = range(reading.left(naming.first, _NEAR), reading.right(naming.after, _NEAR))
    near = [place for place in setting.places if place.first in around and not _overlap(place, naming)]
    for where in Where:
        here = [place for place in near if place.where is where]
        yield f"{where.value}:attached", any(place.placed for place in here)
        yield f"{where.value}:near", bool(here)
    yield "role:near", any(at in around for at in setting.own_roles)
    yield (
        "practice:near",
        any(at in around for word in setting.names.places for at in reading.where(word)),
    )
    yield (
        "not their trade",
        any(
            around.start <= at < around.stop + 4
            and any(words_of("not-that").has(word) for word in reading.words[max(at - 2, 0) : at])
            for at in setting.own_roles
        ),
    )
    yield "other first name", _other_first_name(setting, naming, around)


def _overlap(place: Place, naming: Naming) -> bool:
    return place.first < naming.after and naming.first < place.after


def _other_first_name(setting: Setting, naming: Naming, around: range) -> bool:
    """`Le Dr Popescu à Vernouillet, Mihai`: a first name set apart, which is not theirs and begins no other name."""
    if naming.shape > Shape.TITLE_SURNAME:
        return False
    reading, names = setting.reading, setting.names
    own = {word for form in names.first for word in form} | names.words | names.town_words
    for at in range(naming.after, min(around.stop + 4, len(reading))):
        word = reading.words[at]
        if (
            word not in first_names()
            or word in own
            or word in TITLES
            or not (reading.capital(at) or not reading.cased(at))
        ):
            continue
        if reading.words[at + 1 : at + 4] == ["de", "son", "prenom"]:
            return True
        if at in around and "," in reading.gap(at) and reading.pauses(at + 1):
            return True
    return False


def _said_around(setting: Setting) -> Iterator[tuple[str, float]]:
    """Facts anywhere in the item."""
    reading = setting.reading
    health, trade = setting.other_roles
    wheres = {place.where for place in setting.places}
    here = bool(setting.city or setting.postcode)
    yield "city", bool(setting.city)
    yield "postcode", bool(setting.postcode)
    yield "no city, elsewhere", not here and Where.ELSEWHERE in wheres
    yield "no city, abroad", not here and Where.ABROAD in wheres
    yield "no city, near", not here and Where.NEAR in wheres
    yield "specialty", bool(setting.own_roles)
    yield "other health", health and not setting.own_roles
    yield "other trade", trade
    yield "topics", min(setting.topics, 3) / 3
    yield "medical", min(reading.count(words_of("medical")), 4) / 4
    yield "stage and field", min(reading.count(words_of("elsewhere")), 4) / 4
    yield "practice", bool(setting.practice)
    yield "place", bool(setting.place)
    yield "signed by practice", setting.signed_by_practice
    yield "excluded", setting.excluded
    yield "author city", setting.author_city
    yield "old", any(_OLD.fullmatch(word) for word in reading.words)
    yield "fiction", reading.says(words_of("fiction"))
    yield "patient", min(sum(word in _PATIENT for word in reading.words), 3) / 3


def _others(naming: Naming, all_namings: Sequence[Naming]) -> Iterator[tuple[str, float]]:
    """What is said of the same last name elsewhere in the item."""
    named = [other for other in all_namings if other.shape is not Shape.SURNAME and other is not naming]
    yield "another of that name", any(other.veto == "other_name" for other in named)
    yield "another trade of that name", any(other.role in (Role.TRADE, Role.UNKNOWN) for other in named)
    yield "a place of that name", any(other.veto == "place" for other in all_namings if other is not naming)
    yield "own trade elsewhere", any(other.role is Role.OWN and not other.veto for other in named)
    if naming.shape is not Shape.FULL:
        yield "full name elsewhere", any(other.shape is Shape.FULL and not other.veto for other in named)
