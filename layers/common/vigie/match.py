"""Is this item about this practitioner, how sure are we, and why? Pure: no clock, no I/O.

Evidence is added up around each place where the text may name them. A name counts by its completeness; a clue
(trade, town, practice) counts when it agrees, most when it is attached to the name; what contradicts (another
trade, another first name, another town) takes away more than any clue gives. The best place decides, but what is
said of a namesake in one sentence holds for the others.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from vigie.identity import host_of
from vigie.judge.clues import Setting, foreign_department, foreign_town
from vigie.judge.fold import folded
from vigie.judge.lexicon import first_names, words_of
from vigie.judge.names import Names, names_of, phone_pattern
from vigie.judge.naming import Naming, Shape, namings
from vigie.judge.reading import WHOLE, Reading, around, whole
from vigie.judge.roles import ARTICLES
from vigie.model import Confidence, Decision, Item, Practitioner, Reason

CERTAIN = 3.6
PROBABLE = 2.0
"""Scores from which a decision is certain or probable."""

_UNMISTAKABLE = 3.0
"""Direct evidence (RPPS number, site) from which nothing said of the name counts against them."""

_GARBLED = re.compile("[a-z][015]")
_NO_LETTERS = str.maketrans("", "", string.ascii_lowercase + " ")

_SHAPE = {Shape.SURNAME: 0.5, Shape.TITLE_SURNAME: 1.3, Shape.INITIAL: 1.1, Shape.FULL: 2.0}


@dataclass(frozen=True, slots=True)
class _Judged:
    """One naming and what it is worth."""

    naming: Naming
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One item before one practitioner."""

    practitioner: Practitioner
    names: Names
    item: Item
    text: str
    reading: Reading
    setting: Setting
    namings: tuple[Naming, ...]


def match(practitioner: Practitioner, item: Item, *, host: str = "") -> Decision | None:
    """What `item` says of `practitioner`. `host` is the source's own.

    None when nothing in it names them; `unlikely` when something does, and something else contradicts it or too
    little confirms it. A comment is also judged by what it answers to (`item.context`).
    """
    names = names_of(practitioner)
    if not _worth_reading(names, f" {folded(_all_of(item, host))} "):
        return None
    decision = _direct(_case(practitioner, item), host)
    if item.context and (decision is None or 0 <= decision.score < PROBABLE):
        decision = _by_context(practitioner, item) or decision
    return decision


def _all_of(item: Item, host: str) -> str:
    return "\n".join((item.title, item.text, item.context, item.author or "", item.url, host))


def _worth_reading(names: Names, data: str) -> bool:
    """False when the text, folded, surely holds no more than their last name as a word: most candidates are so.

    Measured: 5 microseconds instead of 150. Telephones, misspelt names and what a scanner garbled are read anyway.
    """
    if not any(f" {last}" in data for last in names.surnames) or _GARBLED.search(data):
        return True
    numbers = [number for number in (names.phone, names.rpps) if number]
    return any(hint in data for hint in names.hints) or any(number in _digits(data) for number in numbers)


def _case(practitioner: Practitioner, item: Item) -> _Case:
    names = names_of(practitioner)
    text = f"{item.title}\n{item.text}"
    reading = around(text, names.keys, len(item.title))
    found = tuple(namings(reading, names))
    around_it = Setting(reading, names, practitioner, item.author or "")
    return _Case(practitioner, names, item, text, reading, around_it, found)


def _direct(case: _Case, host: str) -> Decision | None:
    judged = [one for naming in case.namings if (one := _judge(case, naming)) is not None]
    best = max(judged, key=lambda one: one.score, default=None)
    direct, reasons = _direct_evidence(case, host)
    author = _by_author(case) if best is None or best.score < PROBABLE else 0.0
    if best is None and not reasons and not author:
        return None
    named = max(best.score if best else 0.0, author or -9.0)
    if direct >= _UNMISTAKABLE:
        score = max(named, 0.0) + direct
    else:  # a telephone may be a whole practice's: it does not make a namesake theirs
        score = min(named + direct, PROBABLE - 0.5) if named < 0 else named + direct
    signed = (Reason("full_name", case.item.author or ""),) if author and (best is None or author > best.score) else ()
    spans = {
        _closed(case.text, *case.reading.span(one.naming.first, one.naming.after))
        for one in judged
        if one is best or (not one.naming.veto and one.score > 0 and one.naming.shape is not Shape.SURNAME)
    }
    return _decided(score, (*signed, *(best.reasons if best else ()), *reasons), tuple(sorted(spans)))


def _closed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the bracket that closes it: `VANDERMARCK (Éloïse)`."""
    return start, end + (text[end : end + 1] == ")" and "(" in text[start:end])


def _decided(score: float, reasons: tuple[Reason, ...], spans: tuple[tuple[int, int], ...]) -> Decision:
    sure = Confidence.CERTAIN if score >= CERTAIN else Confidence.PROBABLE
    confidence = sure if score >= PROBABLE else Confidence.UNLIKELY
    return Decision(score >= PROBABLE, confidence, tuple(dict.fromkeys(reasons)), spans, round(score, 2))


def _judge(case: _Case, naming: Naming) -> _Judged | None:
    """What one naming is worth; None when it is no more than a word."""
    if naming.shape is Shape.SURNAME and _only_a_word(case, naming):
        return None
    words = " ".join(case.reading.original(naming.first, naming.after).split())
    reasons = [Reason(naming.code, words)] if naming.code else []
    if naming.veto:
        return _Judged(naming, -2.0, tuple(reasons))
    found = _agreeing(case, naming)
    if naming.shape is Shape.SURNAME and not found:
        return None
    score = _named(case, naming)
    clues = _clues(case, naming)
    if naming.shape < Shape.FULL and not found:
        clues = min(clues, PROBABLE - 0.1 - score)
    return _Judged(naming, score + clues + _against(case, naming), (*reasons, *found))


def _only_a_word(case: _Case, naming: Naming) -> bool:
    """A bare last name that stands for a word, a place (`à Saint-Cyr`, after `école de Saint-Cyr`) or somebody else."""
    place = any(other.veto == "place" for other in case.namings) or _follows(case.reading, naming, "a")
    return bool(naming.veto) or place or (naming.plain and not case.reading.capital(naming.first))


def _follows(reading: Reading, naming: Naming, word: str) -> bool:
    return naming.first > 0 and reading.words[naming.first - 1] == word and not reading.breaks(naming.first)


def _named(case: _Case, naming: Naming) -> float:
    """What the name alone is worth: how complete it is, how rare, and how it is announced."""
    surname = case.reading.words[naming.after - 1]
    frequent = words_of("frequent").has(surname)
    score = _SHAPE[naming.shape]
    match naming.shape:
        case Shape.FULL:
            score += 0.8 * (naming.title == "medical") - 0.4 * frequent - 0.8 * naming.plain
        case Shape.INITIAL:
            score += 0.5 * (naming.title == "medical")
        case Shape.TITLE_SURNAME:
            score -= 0.3 * (naming.title == "civil")
        case Shape.SURNAME:
            ordinary = frequent or words_of("common-words").has(surname)
            score += (-0.7 if surname in first_names() else 0.0 if ordinary else 0.5) - 0.4 * naming.plain
    return score - 0.6 * naming.fuzzy - 0.3 * naming.partial


def _agreeing(case: _Case, naming: Naming) -> list[Reason]:
    """The clues that agree with this naming, as they are told."""
    around_it, practitioner = case.setting, case.practitioner
    reasons = []
    if naming.role > 0 or (naming.role == 0 and around_it.specialty):
        reasons.append(Reason("specialty", around_it.specialty or practitioner.specialty))
    if around_it.practice or around_it.place:
        reasons.append(Reason("practice", (around_it.practice and practitioner.practice_name) or around_it.place))
    if around_it.city:
        reasons.append(Reason("city", practitioner.city))
    if around_it.postcode:
        reasons.append(Reason("postcode", practitioner.postcode))
    return reasons


def _clues(case: _Case, naming: Naming) -> float:
    """What agreeing clues are worth. A town or a district is worth little in what has nothing to do with medicine."""
    around_it = case.setting
    medical = naming.title == "medical" or bool(around_it.specialty) or around_it.medical or around_it.topic
    counts = medical or naming.shape < Shape.FULL
    score = 0.4 * (around_it.medical and naming.role >= 0)
    if naming.role > 0:
        score += 1.7
    elif naming.role == 0:
        score += 0.9 if around_it.specialty else 0.5 * around_it.topic
    if around_it.practice:
        score += 1.8
    elif around_it.place:
        score += 1.0 if counts else 0.4
    if around_it.city:
        score += 1.1 if _city_beside(case, naming) else 0.7 * counts
    return score + 0.8 * around_it.postcode


def _city_beside(case: _Case, naming: Naming) -> bool:
    """`D. Perrin (Dijon)`, `le Dr Martin à Nantes`."""
    following = case.reading.words[naming.after : naming.after + 3]
    return case.setting.city and any(word in form for form in case.names.city for word in following)


def _against(case: _Case, naming: Naming) -> float:
    """What contradicts this naming, in it or in what is said of the same name elsewhere in the item."""
    around_it, reading = case.setting, case.reading
    score = 0.0
    if naming.role < 0 or (naming.role == 0 and _another_trade(case.namings)):
        score -= 3.5
    start, end = max(naming.first - 8, 0), min(naming.after + 12, len(reading))
    far = foreign_town(reading, naming.first, naming.after, case.names, start, end)
    if far and not _city_beside(case, naming):
        score -= 1.0 if around_it.city or around_it.postcode or around_it.practice else 3.2
    if foreign_department(reading, start, end, case.practitioner):
        score -= 1.0 if around_it.city else 3.2
    if around_it.excluded:
        score -= 3.0 if naming.role <= 0 else 1.0
    if around_it.fiction and any(_quoted(reading, other) for other in case.namings):
        score -= 3.0
    if around_it.elsewhere and naming.role <= 0 and naming.title != "medical" and not around_it.practice:
        score -= 1.0
    if naming.shape is Shape.TITLE_SURNAME and _another_person(case.namings):
        score -= 1.5
    return score


def _another_trade(found: Sequence[Naming]) -> bool:
    """Somebody of that name has another trade, and nobody of that name has the practitioner's."""
    roles = {naming.role for naming in found if not naming.veto and naming.shape is not Shape.SURNAME}
    return -1 in roles and 1 not in roles


def _another_person(found: Sequence[Naming]) -> bool:
    """The name comes with another first name, and never with the practitioner's."""
    return any(naming.veto == "other_name" for naming in found) and not any(
        naming.shape >= Shape.INITIAL and not naming.veto for naming in found
    )


def _quoted(reading: Reading, naming: Naming) -> bool:
    """The name is the title of a work: `« Le Docteur Blanc »`."""
    first = naming.first
    while first and reading.words[first - 1] in ARTICLES:
        first -= 1
    before, behind = reading.gap(first).rstrip()[-1:], reading.gap(naming.after).lstrip()[:1]
    return before in ("«", "“", '"') and behind in ("»", "”", '"')


def _direct_evidence(case: _Case, host: str) -> tuple[float, tuple[Reason, ...]]:
    """What tells them apart from everybody else: RPPS number, telephone, site, own listing."""
    names, item = case.names, case.item
    score, reasons = 0.0, []
    data = f" {folded(case.text)} "
    if len(names.rpps) >= 9 and f" {names.rpps} " in data:
        score += 5.0
        reasons.append(Reason("rpps", names.rpps))
    if names.phone and names.phone in _digits(data) and (hit := phone_pattern(names.phone).search(data)):
        score += 2.8
        reasons.append(Reason("phone", hit.group()))
    if names.site:
        theirs = names.site in (host.removeprefix("www."), host_of(item.url).removeprefix("www."))
        if theirs or f" {folded(names.site)} " in data:
            score += 4.0 if theirs else 3.0
            reasons.append(Reason("website", names.site))
    if (
        item.kind == "review"
        and len(names.practice) > 1
        and f" {' '.join(names.practice)} " in f" {folded(item.title)} "
    ):
        score += 2.2
        reasons.append(Reason("own_listing", item.title))
    return score, tuple(reasons)


def _digits(data: str) -> str:
    return data.translate(_NO_LETTERS)


def _by_author(case: _Case) -> float:
    """An item signed by somebody of that name: themselves, if what they write agrees."""
    author, around_it = case.item.author, case.setting
    if not author:
        return 0.0
    signed = whole(author[:200])
    if not any(naming.shape is Shape.FULL and not naming.veto for naming in namings(signed, case.names)):
        return 0.0
    here = bool(around_it.place or around_it.specialty) or around_it.topic
    known = 1.6 * around_it.practice + 1.0 * here + 0.5 * around_it.city + 0.5 * around_it.medical
    return 1.2 + known - 3.0 * (around_it.excluded or _another_trade(case.namings))


def _by_context(practitioner: Practitioner, item: Item) -> Decision | None:
    """A comment that names nobody, under something that names them."""
    above = _direct(_case(practitioner, Item(url="", title=item.context[:WHOLE], kind=item.kind)), "")
    if above is None or not above.about:
        return None
    return _decided(PROBABLE + 0.4, (Reason("context_names", item.context[:80]), *above.reasons), ())
