"""What sort of publication a mention is, what it says of the practitioner, and how serious that is. Pure.

Severity comes first from families of facts (harm, justice, insult, fraud, ...), each guarded against negation and
against facts told in praise (`cancer détecté à temps`); then from polarity. Stars settle what words leave open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vigie.judge.fold import folded
from vigie.judge.lexicon import facts
from vigie.judge.names import Names, names_of
from vigie.judge.reading import WHOLE, Reading, whole
from vigie.model import Category, Decision, Item, Polarity, Practitioner, Reason, Severity, Verdict

_URGENT = {
    "insult": "insult",
    "harm": "harm",
    "abuse": "accusation",
    "fraud": "fraud",
    "legal": "legal_action",
    "discrimination": "discrimination",
    "threat": "threat",
    "boycott": "boycott",
}
"""Families that make a mention urgent -> reason."""

_GRAVE = frozenset({"abuse", "fraud", "discrimination", "threat"})
"""Families that praise elsewhere in the text does not soften."""

_NEGATIONS = frozenset({"pas", "jamais", "aucun", "aucune", "ni", "sans", "rien", "nullement"})
_OPINIONS = frozenset({Category.REVIEW, Category.FORUM, Category.SOCIAL, Category.VIDEO, Category.PHOTO})
"""Where all that is said is an opinion of what is named; elsewhere only the sentences that name them count."""

_FIRST_PERSON = frozenset({"je", "j", "m", "me", "moi", "mon", "ma", "mes"})

_BEFORE = 4
"""Words before a fact in which a negation turns it."""

_ADDRESSES = (
    ("forum", ("forum", "forums", "topic", "viewtopic", "thread", "comment", "comments", "commentaires")),
    ("social", ("facebook", "twitter", "instagram", "linkedin", "bsky", "mastodon", "threads")),
    ("video", ("youtube", "dailymotion", "vimeo", "tiktok")),
)
"""Words of an address that tell the sort of what is there."""

_MOBILE = re.compile(r"(?<!\d)0 ?[67](?: ?\d\d){4}(?!\d)")
_STREET = re.compile(
    r"\b\d{1,4} (?:bis |ter )?(?:rue|avenue|boulevard|impasse|allee|chemin|place|traverse|quai|route|cours|square)\b"
)


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts found in an item, by family: the words that state each."""

    stated: dict[str, str]
    denied: frozenset[str]

    def has(self, *families: str) -> bool:
        return any(family in self.stated for family in families)


def triage(item: Item, decision: Decision, practitioner: Practitioner) -> Verdict:
    """Category, polarity and severity of `item`, which `decision` says is about `practitioner`."""
    names = names_of(practitioner)
    reading, spans = _passage(item, decision)
    found = _facts(reading)
    category = _category(item, decision, names, reading, found)
    opinion = category in _OPINIONS or (item.kind == "web" and _testimony(reading))
    near = range(len(reading)) if opinion else _sentences(reading, spans)
    polarity, weighed = _polarity(item, category, reading, near, found)
    severity, serious = _severity(item, category, polarity, found)
    if severity is Severity.URGENT and polarity in (Polarity.POSITIVE, Polarity.NEUTRAL):
        polarity = Polarity.NEGATIVE
    return Verdict(category, polarity, severity, tuple(dict.fromkeys((*serious, *weighed))))


def _passage(item: Item, decision: Decision) -> tuple[Reading, list[tuple[int, int]]]:
    """What is read of an item, the whole of it unless it is long, and where it names the practitioner."""
    text = f"{item.title}\n{item.text}"
    if len(text) <= WHOLE:
        return whole(text), list(decision.spans)
    first = decision.spans[0][0] if decision.spans else 0
    start = max(0, first - WHOLE // 3)
    spans = [(begin - start, end - start) for begin, end in decision.spans if start <= begin and end <= start + WHOLE]
    return whole(text[start : start + WHOLE]), spans


def _sentences(reading: Reading, spans: Iterable[tuple[int, int]]) -> range:
    """The words of the sentences that name the practitioner, from the first to the last; all of them if none does."""
    named = [
        at for at in range(len(reading)) if any(begin <= reading.span(at, at + 1)[0] < end for begin, end in spans)
    ]
    if not named:
        return range(len(reading))
    return range(reading.left(named[0], len(reading)), reading.right(named[-1] + 1, len(reading)))


def _testimony(reading: Reading) -> bool:
    """Somebody tells what happened to them: a comment or a post, in a feed that does not say it is one."""
    return sum(word in _FIRST_PERSON for word in reading.words) > 1


def _facts(reading: Reading) -> _Facts:
    stated: dict[str, str] = {}
    denied = set()
    for family in (*_URGENT, "impersonation", "unofficial", "wrong-info", "home", "private-phone"):
        for first, after in facts(family).find(reading.words):
            if _denied(reading, first):
                denied.add(family)
            else:
                stated.setdefault(family, reading.original(first, after))
    return _Facts(stated, frozenset(denied))


def _denied(reading: Reading, first: int) -> bool:
    """`ce n'est pas un charlatan`, `sans aucune séquelle`: a negation just before, in the same sentence."""
    if reading.words[first] in _NEGATIONS:
        return False
    return any(word in _NEGATIONS for word in reading.words[reading.left(first, _BEFORE) : first])


# --- category: the first that applies, in the order of `Category` ---


@dataclass(frozen=True, slots=True)
class _Case:
    """What the rules of category look at."""

    item: Item
    names: Names
    reading: Reading
    found: _Facts
    codes: frozenset[str]
    folded: str
    kind: str
    """The sort of item (`_support`)."""

    def says(self, family: str) -> bool:
        return facts(family).any(self.reading.words)


def _fake_profile(case: _Case) -> bool:
    if case.kind in ("review", "forum", "news"):
        return False
    return case.found.has("impersonation", "unofficial") and not _own_account(case)


def _personal_contact(case: _Case) -> bool:
    mobile = _MOBILE.search(case.folded) is not None and "phone" not in case.codes
    home = case.found.has("home") and _STREET.search(case.folded) is not None
    return home or (mobile and case.found.has("private-phone")) or (mobile and case.kind in ("social", "forum"))


def _own_account(case: _Case) -> bool:
    """Published under the practitioner's name or handle, or their practice's, or on their site."""
    author = folded(case.item.author or "")
    mine = any(" ".join(alias) == author for alias in case.names.aliases if len(alias) > 1)
    named = any(
        {*form} <= set(author.split()) and any(words[0] in author.split() for words in _surnames(case.names))
        for form in case.names.first
    )
    return mine or named


def _surnames(names: Names) -> list[tuple[str, ...]]:
    return [surname.words for forms in names.surnames.values() for surname in forms]


def _own_content(case: _Case) -> bool:
    if case.kind in ("review", "forum", "news"):
        return False
    practice = len(case.names.practice) > 1 and " ".join(case.names.practice) == folded(case.item.author or "")
    site = "website" in case.codes and case.says("owned")
    return _own_account(case) or site or (practice and case.kind != "social") or (case.says("owned") and practice)


def _support(item: Item) -> str:
    """The sort of item; where its source knew no more than `web`, its stars or its address may."""
    if item.kind != "web":
        return item.kind
    if item.rating is not None:
        return "review"
    address = f" {folded(item.url)} "
    return next((kind for kind, words in _ADDRESSES if any(f" {word} " in address for word in words)), "web")


def _official(case: _Case) -> bool:
    return case.kind in ("web", "news") and case.says("official")


def _of_kind(*kinds: str) -> Callable[[_Case], bool]:
    return lambda case: case.kind in kinds


def _press(case: _Case) -> bool:
    if case.kind == "news":
        return True
    return case.kind == "web" and (case.says("paper") or not case.says("listing"))


_RULES: tuple[tuple[Category, Callable[[_Case], bool]], ...] = (
    (Category.FAKE_PROFILE, _fake_profile),
    (Category.PERSONAL_CONTACT, _personal_contact),
    (Category.OWN_CONTENT, _own_content),
    (Category.OFFICIAL, _official),
    (Category.VIDEO, _of_kind("video")),
    (Category.PHOTO, _of_kind("image")),
    (Category.REVIEW, _of_kind("review")),
    (Category.FORUM, _of_kind("forum")),
    (Category.SOCIAL, _of_kind("social")),
    (Category.PRESS, _press),
)


def _category(item: Item, decision: Decision, names: Names, reading: Reading, found: _Facts) -> Category:
    codes = frozenset(reason.code for reason in decision.reasons)
    case = _Case(item, names, reading, found, codes, " ".join(reading.words), _support(item))
    return next((category for category, applies in _RULES if applies(case)), Category.DIRECTORY)


# --- polarity ---


def _polarity(
    item: Item, category: Category, reading: Reading, near: range, found: _Facts
) -> tuple[Polarity, list[Reason]]:
    if category in (Category.FAKE_PROFILE, Category.PERSONAL_CONTACT):
        return Polarity.NEGATIVE, []
    grave = sum(family in found.stated for family in _URGENT)
    praise, blame = _count(reading, near)
    reasons = [Reason("negation_guard")] if found.denied & _URGENT.keys() and not grave else []
    if item.rating is not None:
        return _by_stars(item.rating, praise, blame, reasons)
    blame += 2 * grave
    if praise and blame and not grave and abs(praise - blame) <= 1 and _turns(reading):
        return Polarity.MIXED, reasons
    if praise > blame:
        return Polarity.POSITIVE, [Reason("praise"), *reasons]
    if blame > praise:
        return Polarity.NEGATIVE, reasons
    return Polarity.NEUTRAL, [Reason("neutral_text"), *reasons]


def _by_stars(rating: float, praise: int, blame: int, reasons: list[Reason]) -> tuple[Polarity, list[Reason]]:
    if rating >= 4:
        return Polarity.POSITIVE, [Reason("rating_high", f"{rating:g}"), *reasons]
    if rating <= 2:
        return Polarity.NEGATIVE, [Reason("rating_low", f"{rating:g}"), *reasons]
    return Polarity.MIXED if praise >= 2 or praise >= blame > 0 else Polarity.NEGATIVE, reasons


def _turns(reading: Reading) -> bool:
    return any(word in ("mais", "cependant", "dommage", "toutefois", "sauf", "but", "par") for word in reading.words)


def _count(reading: Reading, near: range) -> tuple[int, int]:
    """(praises, blames) among the words of `near`: one that is denied counts for the other side."""
    good = bad = 0
    for first, _ in facts("praise").find(reading.words, near.start, near.stop):
        if _denied(reading, first):
            bad += 1
        else:
            good += 1
    for first, _ in facts("blame").find(reading.words, near.start, near.stop):
        if not _denied(reading, first):
            bad += 1
        elif reading.words[first - 1] in ("aucune", "aucun", "sans", "pas"):
            good += 1
    return good, bad


# --- severity ---


def _severity(item: Item, category: Category, polarity: Polarity, found: _Facts) -> tuple[Severity, list[Reason]]:
    reasons = [Reason(code, found.stated[family]) for family, code in _URGENT.items() if family in found.stated]
    if category is Category.FAKE_PROFILE:
        deceives = found.has("impersonation")
        return (Severity.URGENT if deceives else Severity.ATTENTION), [
            Reason("impersonation", _words(found, "impersonation"))
        ]
    if category is Category.PERSONAL_CONTACT:
        malice = found.has("home", *_URGENT)
        return (Severity.URGENT if malice else Severity.ATTENTION), [Reason("private_data"), *reasons]
    if category is Category.OWN_CONTENT:
        return Severity.INFO, []
    if reasons and _accuses(item, category, polarity, found):
        return Severity.URGENT, reasons
    if found.has("wrong-info") and category is Category.DIRECTORY:
        return Severity.ATTENTION, [Reason("wrong_listing", found.stated["wrong-info"])]
    if polarity in (Polarity.NEGATIVE, Polarity.MIXED):
        return Severity.ATTENTION, [Reason("complaint_service")]
    return Severity.INFO, []


def _words(found: _Facts, family: str) -> str:
    return found.stated.get(family, "")


def _accuses(item: Item, category: Category, polarity: Polarity, found: _Facts) -> bool:
    """The serious words are a charge against the practitioner, not a story with a happy end or a legal notice."""
    if item.rating is not None and item.rating >= 4:
        return False
    if category is Category.OFFICIAL and polarity is not Polarity.NEGATIVE:
        return False
    return polarity is not Polarity.POSITIVE or found.has(*_GRAVE)
