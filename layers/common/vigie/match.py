"""Is this item about this practitioner, how sure are we, and why? Pure: no clock, no I/O.

Each place where the text may name them is judged by the facts around it (`vigie.judge.evidence`), each with its
learned weight: how completely they are named, which trade and town are said of the name, what contradicts. The best
place decides. What needs no name (RPPS number, telephone, site, own listing) is added to it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from vigie.identity import host_of
from vigie.judge.evidence import facts, signed
from vigie.judge.fold import folded
from vigie.judge.lexicon import words_of
from vigie.judge.names import Names, names_of, phone_pattern, rpps_pattern
from vigie.judge.naming import Naming, Shape, namings
from vigie.judge.passages import around
from vigie.judge.places import Where
from vigie.judge.plain import plain
from vigie.judge.reading import WHOLE, Reading, whole
from vigie.judge.roles import Role, own_roles_in
from vigie.judge.setting import Setting
from vigie.judge.weights import weighed, weights
from vigie.judge.wording import AROUND, masked, phrases, wording
from vigie.model import Confidence, Decision, Item, Practitioner, Reason

CERTAIN = 2.4
PROBABLE = 0.4
"""Scores (log-odds of being about them) from which a decision is certain or probable."""

MOST_JUDGED = 40
"""Places of one item that are judged, the most complete names first (invariant I9)."""

FORGOTTEN = -3.0
"""A last name alone that is worth less is a word like another: nothing is said of it, not even that it is unlikely."""

_UNMISTAKABLE = 5.0
"""Direct evidence (RPPS number, site) from which nothing said of the name counts against them."""
_ABOVE = 0.5
"""What a comment that names nobody is worth, under something about them."""

_JOINTS = re.compile(r"[._@-]+")
_NO_LETTERS = str.maketrans("", "", string.ascii_lowercase + " ")


@dataclass(frozen=True, slots=True)
class Judged:
    """One place where they may be named: what each fact of it is worth, and the sum."""

    naming: Naming
    facts: Mapping[str, float]
    score: float


class Case:
    """One item before one practitioner."""

    def __init__(self, practitioner: Practitioner, item: Item) -> None:
        item = plain(item)
        self.practitioner = practitioner
        self.item = item
        self.names: Names = names_of(practitioner)
        self.text = f"{item.title}\n{item.text}"
        self.reading: Reading = around(self.text, self.names, len(item.title))
        self.setting = Setting(self.reading, self.names, practitioner, item)
        found = [naming for naming in namings(self.reading, self.names) if self._tells(naming)]
        self.namings = sorted(found, key=lambda naming: -naming.shape)[:MOST_JUDGED]

    def _tells(self, naming: Naming) -> bool:
        """A last name alone is a word like another, unless something else of theirs is said."""
        setting = self.setting
        if naming.shape > Shape.SURNAME or naming.role is Role.OWN:
            return True
        here = setting.city or setting.postcode or setting.place or setting.practice or setting.author_city
        return bool(here or setting.own_roles or setting.on_topic or self.reading.says(words_of("medical")))

    def facts(self, naming: Naming) -> Mapping[str, float]:
        """What is known of a naming, each fact with its value."""
        return facts(self.setting, naming, self.namings)

    def said(self, naming: Naming) -> Iterable[str]:
        """The words around a naming, each a fact."""
        return wording(self._masked, naming)

    @cached_property
    def _masked(self) -> list[str]:
        return masked(self.reading, self.names, self.setting.own_roles)

    def signature(self, known: Mapping[str, float]) -> Mapping[str, float]:
        """What each fact of an item signed by their name is worth; nothing when it is not."""
        return weighed(*self.signed(), known) if self.is_signed else {}

    @property
    def is_signed(self) -> bool:
        """The item is signed by somebody of their name, in a handle or spelt out."""
        return self._signature is not None

    @cached_property
    def _signature(self) -> Naming | None:
        """How they sign it, or somebody of their name does."""
        named = (naming for naming in namings(self._signing, self.names) if naming.shape is Shape.FULL)
        return next((naming for naming in named if not naming.veto), None)

    @cached_property
    def _signing(self) -> Reading:
        return whole(_JOINTS.sub(" ", (self.item.author or "")[:200]))

    def signed(self) -> tuple[Mapping[str, float], list[str]]:
        """The facts, and the words, of an item signed by their name."""
        words = [*masked(self._signing, self.names, own_roles_in(self._signing, self.names)), *self._masked]
        return signed(self.setting, self._signature), list(phrases(words[: 2 * AROUND]))

    def judged(self, known: Mapping[str, float]) -> list[Judged]:
        """Every naming as the weights `known` have it, the best first."""
        parts = [weighed(self.facts(naming), self.said(naming), known) for naming in self.namings]
        found = [Judged(naming, part, sum(part.values())) for naming, part in zip(self.namings, parts, strict=True)]
        return sorted(found, key=lambda judged: -judged.score)


def match(practitioner: Practitioner, item: Item, *, host: str = "") -> Decision | None:
    """What `item` says of `practitioner`. `host` is the source's own.

    None when nothing in it names them; `unlikely` when something does, and something else contradicts it or too
    little confirms it. A comment is also judged by what it answers to (`item.context`).
    """
    case = Case(practitioner, item)
    decision = decided(case, weights("match"), host)
    if case.item.context and (decision is None or not decision.about):
        return _by_context(case, decision) or decision
    return decision


def decided(case: Case, known: Mapping[str, float], host: str = "") -> Decision | None:
    """The decision on a case by itself, as the weights `known` have it."""
    judged = case.judged(known)
    direct, reasons = _direct_evidence(case, host)
    author = case.signature(known)
    judged = [one for one in judged if one.score > FORGOTTEN or one.naming.shape > Shape.SURNAME]
    if not judged and not reasons and not author:
        return None
    named = judged[0].score if judged else -9.0
    if author and sum(author.values()) > named:
        named, reasons = sum(author.values()), [Reason("signed", case.item.author or ""), *reasons]
    if direct >= _UNMISTAKABLE:
        score = max(named, 0.0) + direct
    elif not (judged or author):
        score = min(direct, PROBABLE - 0.1 if case.setting.somebody_else else CERTAIN - 0.1)
    else:  # a telephone may be a whole practice's: it does not make a namesake theirs
        score = named + direct if named > -2 else min(named + direct, PROBABLE - 0.1)
    best = judged[0] if judged else None
    spans = {
        _closed(case.text, *case.reading.span(one.naming.first, one.naming.after))
        for one in judged
        if one is best or (one.naming.shape > Shape.SURNAME and not one.naming.veto)
    }
    told = _reasons(case, best.naming) if best else []
    return _made(score, [*told, *reasons], tuple(sorted(spans)))


def _closed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the bracket that closes it: `VANDERMARCK (Éloïse)`."""
    return start, end + (text[end : end + 1] == ")" and "(" in text[start:end])


def _made(score: float, reasons: list[Reason], spans: tuple[tuple[int, int], ...]) -> Decision:
    sure = Confidence.CERTAIN if score >= CERTAIN else Confidence.PROBABLE
    confidence = sure if score >= PROBABLE else Confidence.UNLIKELY
    return Decision(score >= PROBABLE, confidence, tuple(dict.fromkeys(reasons)), spans, round(score, 2))


def _reasons(case: Case, naming: Naming) -> list[Reason]:
    """The clues that agree with this naming, as they are told."""
    setting, practitioner = case.setting, case.practitioner
    words = " ".join(case.reading.original(naming.first, naming.after).split())
    reasons = [Reason(naming.code, words)] if naming.code else []
    if naming.role is Role.OWN or (naming.role is None and setting.specialty):
        reasons.append(Reason("specialty", setting.specialty or practitioner.specialty))
    if setting.practice or setting.place:
        reasons.append(Reason("practice", setting.practice or setting.place))
    if setting.city:
        reasons.append(Reason("city", setting.city))
    if setting.postcode:
        reasons.append(Reason("postcode", setting.postcode))
    return reasons


def _direct_evidence(case: Case, host: str) -> tuple[float, list[Reason]]:
    """What tells them apart from everybody else: RPPS number, telephone, site, own listing."""
    names, item = case.names, case.item
    score, reasons = 0.0, []
    data = f" {folded(case.text)} "
    digits = data.translate(_NO_LETTERS) if names.rpps else ""
    if len(names.rpps) >= 9 and names.rpps in digits and rpps_pattern(names.rpps).search(data):
        score += 6.0
        reasons.append(Reason("rpps", names.rpps))
    if hit := _phone(data, names.phones):
        score += 3.0
        reasons.append(Reason("phone", hit))
    if names.site:
        theirs = names.site in (host.removeprefix("www."), host_of(item.url).removeprefix("www."))
        if theirs or f" {folded(names.site)} " in data:
            score += _UNMISTAKABLE
            reasons.append(Reason("website", names.site))
    if item.kind == "review" and _is_listing(case):
        score += 1.5
        reasons.append(Reason("own_listing", item.title))
    return score, reasons


def _phone(data: str, phones: Iterable[str]) -> str:
    """A telephone of theirs as it stands in a folded text, or empty."""
    digits = data.translate(_NO_LETTERS) if phones else ""
    found = (phone_pattern(phone).search(data) for phone in phones if phone in digits)
    return next((hit.group() for hit in found if hit), "")


def _is_listing(case: Case) -> bool:
    """A review filed under a title that is theirs: their practice, or their name with a title, their trade or town."""
    title = f" {folded(case.item.title)} "
    if any(len(practice) > 1 and f" {' '.join(practice)} " in title for practice in case.names.practices):
        return True
    titled = [naming for naming in case.namings if case.setting.in_title(naming.first) and not naming.veto]
    here = any(case.setting.in_title(place.first) and place.where is Where.HERE for place in case.setting.places)
    return any(naming.role is Role.OWN or naming.title or (here and naming.role is None) for naming in titled)


def _by_context(case: Case, own: Decision | None) -> Decision | None:
    """A comment that names nobody, under something that names them."""
    if (own is not None and own.score < -2) or case.setting.somebody_else or any(one.veto for one in case.namings):
        return None
    item = case.item
    answered = Case(case.practitioner, Item(url="", title=item.context[:WHOLE], kind=item.kind))
    above = decided(answered, weights("match"))
    if above is None or not above.about:
        return None
    spans = own.spans if own else ()
    return _made(_ABOVE, [Reason("context_names", item.context[:80]), *above.reasons], spans)
