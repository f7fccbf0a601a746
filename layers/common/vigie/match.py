"""Is this item about this practitioner, how sure are we, and why? Pure: no clock, no I/O.

Evidence is added up around each place where the text may name them. A name counts by its completeness; a clue
(trade, town, practice) counts when it agrees, most when it is attached to the name; what contradicts (another
trade, another first name, another town) takes away more than any clue gives. The best place decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vigie.clues import Setting, article, foreign_department, foreign_town, setting
from vigie.fold import Folded, folded
from vigie.identity import host_of
from vigie.lexicon import words_of
from vigie.model import Confidence, Decision, Item, Practitioner, Reason
from vigie.names import Names, names_of
from vigie.naming import Naming, Shape, namings
from vigie.reading import PASSAGES, WHOLE, Reading, around, whole

CERTAIN = 3.5
PROBABLE = 2.0
"""Scores from which a decision is certain or probable. Tuned on practitioners other than those of any test."""

_SHAPE = {Shape.SURNAME: 0.2, Shape.TITLE_SURNAME: 1.0, Shape.INITIAL: 1.1, Shape.FULL: 2.0}


@dataclass(frozen=True, slots=True)
class _Judged:
    """One naming and what it is worth."""

    naming: Naming
    score: float
    reasons: tuple[Reason, ...]


def match(practitioner: Practitioner, item: Item, *, host: str = "") -> Decision | None:
    """What `item` says of `practitioner`. `host` is the source's own.

    None when nothing in it names them; `unlikely` when something does, and something else contradicts it or too
    little confirms it. A comment is also judged by what it answers to (`item.context`).
    """
    names = names_of(practitioner)
    decision = _direct(practitioner, names, item, host)
    if (decision is None or not decision.about) and item.context:
        decision = _by_context(practitioner, names, item) or decision
    return decision


def _direct(practitioner: Practitioner, names: Names, item: Item, host: str) -> Decision | None:
    text = f"{item.title}\n{item.text}"
    reading = _reading(text, names, len(item.title))
    around_it = setting(reading, names, practitioner)
    judged = [_judge(reading, names, practitioner, around_it, naming, item) for naming in namings(reading, names)]
    judged = [one for one in judged if one is not None]
    best = max(judged, key=lambda one: one.score, default=None)
    extra, reasons = _direct_evidence(text, names, item, host, around_it, best is not None)
    author = _by_author(names, item, around_it) if best is None or best.score < PROBABLE else 0.0
    if best is None and not reasons and not author:
        return None
    if best is None and author:
        reasons = (Reason("full_name", item.author or ""), *reasons)
    score = max(best.score if best else 0.0, author) + extra
    if best and best.score < 0 and extra < 4:
        score = min(score, 1.0)
    spans = sorted(
        {reading.span(one.naming.first, one.naming.after) for one in judged if not one.naming.veto and one.score > 0}
    )
    return _decided(score, (*(best.reasons if best else ()), *reasons), tuple(spans))


def _decided(score: float, reasons: tuple[Reason, ...], spans: tuple[tuple[int, int], ...]) -> Decision:
    confidence = (
        Confidence.CERTAIN if score >= CERTAIN else Confidence.PROBABLE if score >= PROBABLE else Confidence.UNLIKELY
    )
    return Decision(score >= PROBABLE, confidence, tuple(dict.fromkeys(reasons)), spans, round(score, 2))


def _reading(text: str, names: Names, head: int) -> Reading:
    if len(text) <= WHOLE:
        return whole(text)
    page = Folded(text)
    hits: set[int] = set()
    for key in names.keys:
        hits.update(_places_of(page.data, key.encode("ascii")))
    return around(page, sorted(hits)[:PASSAGES], min(head, 300))


def _places_of(data: bytes, key: bytes) -> Iterable[int]:
    """Offsets of a whole word in a folded text, the first `PASSAGES` of them."""
    padded, at, found = b" " + data + b" ", -1, 0
    while found < PASSAGES and (at := padded.find(b" " + key + b" ", at + 1)) >= 0:
        yield at
        found += 1


def _judge(
    reading: Reading, names: Names, practitioner: Practitioner, around_it: Setting, naming: Naming, item: Item
) -> _Judged | None:
    words = " ".join(reading.original(naming.first, naming.after).split())
    if naming.shape is Shape.SURNAME and (naming.plain or naming.veto):
        return None
    reasons = [Reason(naming.code, words)] if naming.code else []
    if naming.veto:
        return _Judged(naming, -2.0, tuple(reasons))
    score = _SHAPE[naming.shape]
    if naming.shape is Shape.TITLE_SURNAME and naming.title == "civil":
        score -= 0.3
    if naming.shape is Shape.FULL:
        surname = reading.words[naming.after - 1]
        score -= 0.4 * words_of("frequent").has(surname)
        score += 0.8 * (naming.title == "medical")
    elif naming.title == "medical" and naming.shape is Shape.INITIAL:
        score += 0.5
    score -= 0.5 * naming.fuzzy + 0.3 * naming.partial * (naming.shape is Shape.FULL)
    clues, found = _clues(reading, names, practitioner, around_it, naming, item)
    if naming.shape is Shape.SURNAME and not found:
        return None
    if naming.shape < Shape.FULL and naming.shape is not Shape.SURNAME and not found:
        clues = min(clues, PROBABLE - 0.1 - score)
    return _Judged(naming, score + clues, (*reasons, *found))


def _clues(
    reading: Reading, names: Names, practitioner: Practitioner, around_it: Setting, naming: Naming, item: Item
) -> tuple[float, list[Reason]]:
    """What agrees with and what contradicts this naming, and the reasons that agree."""
    score, reasons = 0.0, []
    if naming.role > 0:
        score += 1.7
        reasons.append(Reason("specialty", around_it.specialty or practitioner.specialty))
    elif naming.role < 0:
        score -= 3.0
    elif around_it.specialty:
        score += 0.9
        reasons.append(Reason("specialty", around_it.specialty))
    elif around_it.topic:
        score += 0.5
    if around_it.practice:
        score += 1.8
        reasons.append(Reason("practice", practitioner.practice_name or ""))
    elif around_it.place:
        score += 1.0
        reasons.append(Reason("practice", around_it.place))
    if around_it.city:
        score += 0.7
        reasons.append(Reason("city", practitioner.city))
    if around_it.postcode:
        score += 0.8
        reasons.append(Reason("postcode", practitioner.postcode))
    score += 0.4 * (around_it.medical and naming.role >= 0)
    score += _against(reading, names, practitioner, around_it, naming)
    return score, reasons


def _against(reading: Reading, names: Names, practitioner: Practitioner, around_it: Setting, naming: Naming) -> float:
    score = 0.0
    start, end = max(naming.first - 8, 0), min(naming.after + 12, len(reading))
    if foreign_town(reading, start, end, names):
        score -= 1.0 if around_it.city or around_it.postcode else 2.2
    if foreign_department(reading, start, end, practitioner):
        score -= 1.0 if around_it.city else 2.0
    if around_it.excluded:
        score -= 3.0 if naming.role <= 0 else 1.0
    if around_it.fiction and _quoted(reading, naming):
        score -= 3.0
    return score


def _quoted(reading: Reading, naming: Naming) -> bool:
    """The name is the title of a work: `« Le Docteur Blanc »`."""
    first = naming.first
    while first and article(reading.words[first - 1]):
        first -= 1
    return reading.gap(first).rstrip()[-1:] in '«“"' and reading.gap(naming.after).lstrip()[:1] in '»”"'


def _direct_evidence(
    text: str, names: Names, item: Item, host: str, around_it: Setting, named: bool
) -> tuple[float, tuple[Reason, ...]]:
    """What tells them apart from everybody else: number, telephone, site, own listing."""
    score, reasons = 0.0, []
    data = folded(text)
    if len(names.rpps) >= 9 and names.rpps in data.split():
        score, reasons = score + 5.0, [*reasons, Reason("rpps", names.rpps)]
    if names.phone and (hit := names.phone.search(data)):
        score, reasons = score + 2.8, [*reasons, Reason("phone", hit.group())]
    if names.site:
        hosts = {host.removeprefix("www."), host_of(item.url).removeprefix("www.")}
        own = names.site in hosts
        if own or f" {folded(names.site)} " in f" {data} ":
            score, reasons = score + 4.0 * own + 3.0 * (not own), [*reasons, Reason("website", names.site)]
    if item.kind == "review" and (around_it.practice or around_it.place) and _listing(item, names):
        score, reasons = score + 2.2, [*reasons, Reason("own_listing", item.title)]
    return score, tuple(reasons)


def _listing(item: Item, names: Names) -> bool:
    """The title of a review is the practitioner's own practice."""
    return len(names.practice) > 1 and f" {' '.join(names.practice)} " in f" {folded(item.title)} "


def _by_author(names: Names, item: Item, around_it: Setting) -> float:
    """An item signed by somebody of that name: themselves, if what they write agrees."""
    if not item.author:
        return 0.0
    signed = whole(item.author[:200])
    if not any(naming.shape is Shape.FULL and not naming.veto for naming in namings(signed, names)):
        return 0.0
    return (
        1.2 + 1.6 * bool(around_it.practice) + 1.0 * bool(around_it.place or around_it.specialty) + 0.5 * around_it.city
    )


def _by_context(practitioner: Practitioner, names: Names, item: Item) -> Decision | None:
    """A comment that names nobody, under something that names them."""
    thread = Item(url="", title=item.context[:WHOLE], text="", kind=item.kind)
    above = _direct(practitioner, names, thread, "")
    if above is None or not above.about:
        return None
    return _decided(PROBABLE + 0.4, (Reason("context_names", item.context[:80]), *above.reasons), ())
