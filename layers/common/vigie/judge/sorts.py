"""What sort of publication an item is: what its source and its address know, then what is said. Pure."""

from __future__ import annotations

import re
from collections.abc import Set

from vigie.judge.fold import folded
from vigie.judge.learned import model
from vigie.judge.said import Said
from vigie.judge.tokens import READ, own_words
from vigie.model import Category, Item, Practitioner

_SUPPORTS = {
    "review": Category.REVIEW,
    "forum": Category.FORUM,
    "social": Category.SOCIAL,
    "video": Category.VIDEO,
    "image": Category.PHOTO,
    "news": Category.PRESS,
}
"""Kind of item -> what it is when nothing that is said outranks it."""

_OUTRANKING: dict[str, tuple[Category, ...]] = {
    "review": (),
    "forum": (Category.PERSONAL_CONTACT,),
    "news": (Category.OFFICIAL,),
    "web": (
        Category.FAKE_PROFILE,
        Category.PERSONAL_CONTACT,
        Category.OWN_CONTENT,
        Category.OFFICIAL,
        Category.PRESS,
        Category.DIRECTORY,
    ),
}
_ELSEWHERE = (Category.FAKE_PROFILE, Category.PERSONAL_CONTACT, Category.OWN_CONTENT, Category.OFFICIAL)
"""What may outrank the support, by kind."""

_ADDRESSES = (
    ("forum", ("forum", "forums", "topic", "viewtopic", "thread", "comment", "comments", "commentaires")),
    ("social", ("facebook", "twitter", "instagram", "linkedin", "bsky", "mastodon", "threads")),
    ("video", ("youtube", "dailymotion", "vimeo", "tiktok")),
)
"""Words of an address that tell the sort of what is there."""

_MOBILE = re.compile(r"(?<!\d)0 ?[67](?: ?\d\d){4}(?!\d)")
_PHONE = re.compile(r"(?<!\d)0 ?[1-9](?: ?\d\d){4}(?!\d)")
_STREET = re.compile(
    r"\b\d{1,4} (?:bis |ter )?(?:rue|avenue|boulevard|impasse|allee|chemin|place|traverse|quai|route|cours|square)\b"
)
_PERSONS = {
    "I": frozenset({"je", "j", "moi", "mon", "ma", "mes"}),
    "we": frozenset({"nous", "notre", "nos"}),
    "you": frozenset({"vous", "votre", "vos"}),
    "thou": frozenset({"tu", "te", "toi", "ton", "ta", "tes"}),
}
_TITLES = frozenset({"dr", "docteur", "docteure", "pr", "professeur", "cabinet"})
_SEPARATORS = ("–", "|", ";", "•", "…", "#", "@")


def kind_of(item: Item) -> str:
    """The sort of item; where its source knew no more than `web`, its stars or its address may."""
    if item.kind != "web":
        return item.kind
    if item.rating is not None:
        return "review"
    address = f" {folded(item.url)} "
    return next((kind for kind, words in _ADDRESSES if any(f" {word} " in address for word in words)), "web")


def category_of(item: Item, said: Said, seen: Set[str]) -> Category:
    """The support, unless what is said makes it something that outranks it. `seen` is what `marks` gives."""
    kind = kind_of(item)
    choices = _OUTRANKING.get(kind, _ELSEWHERE)
    if kind == "forum" and "phone other" not in seen and not said.has("home", "private", "dox", "dox?"):
        choices = ()
    support = _SUPPORTS.get(kind)
    chances = model("sort").chances(seen) if choices else {}
    rivals = {category: chances[category.value] for category in choices}
    if support is not None:
        rivals[support] = 1.0 - sum(rivals.values())
    if Category.OWN_CONTENT in rivals and not _may_be_own(said, seen):
        rivals[Category.OWN_CONTENT] = 0.0
    return max(rivals, key=lambda category: rivals[category])


def _may_be_own(said: Said, seen: Set[str]) -> bool:
    """They sign it, it is on their site, or it speaks as a practice does: what a stranger tells is never their own."""
    return "by own" in seen or "by half" in seen or "site own" in seen or said.has("owned")


def marks(item: Item, practitioner: Practitioner, said: Said, seen: Set[str]) -> set[str]:
    """Tokens of sort: those `seen` in the text, who signs, the words of the address, numbers and persons."""
    own = own_words(practitioner)
    text = " ".join(said.reading.words)
    kind = kind_of(item)
    names = [f"kind {kind}", f"by {_author(item, own)}"]
    names += [f"by {_author(item, own)} {kind}"]
    names += [f"u {word}" for word in _address(item, own)]
    names += [f"h {word}" for word in folded(item.title[:200]).split() if word not in own]
    numbers = {match.group().replace(" ", "") for match in _PHONE.finditer(text)}
    mine = {"0" + folded(phone).replace(" ", "")[-9:] for phone in practitioner.phones}
    names += ["phone own"] * (not numbers.isdisjoint(mine))
    names += ["phone mobile"] * any(_MOBILE.fullmatch(number) is not None for number in numbers - mine)
    names += ["phone other"] * bool(numbers - mine)
    names += ["street"] * (_STREET.search(text) is not None)
    present = set(said.words)
    names += [f"person {person}" for person, words in _PERSONS.items() if words & present]
    names += [f"mark {each}" for each in _SEPARATORS if each in item.text[:READ]]
    names += ["site own"] * _on_own_site(item, practitioner)
    return {*seen, *names}


def _author(item: Item, own: frozenset[str]) -> str:
    """Who signs: `none`, `own` under the practitioner's name or practice, `half`, `handle` or `other`."""
    written = item.author or ""
    words = folded(written).split()
    if not words:
        return "none"
    joined = "".join(words)
    shared = sum(word in own for word in words)
    hidden = sum(len(word) > 3 and word in joined for word in own)
    if shared >= 2 or hidden >= 2:
        return "own"
    if shared or hidden:
        return "half"
    return "handle" if written.startswith("@") else "other"


def signed(item: Item, practitioner: Practitioner) -> bool:
    """The practitioner signs: under both names, or under one with a title."""
    by = _author(item, own_words(practitioner))
    return by == "own" or (by == "half" and not _TITLES.isdisjoint(folded(item.author or "").split()))


def _address(item: Item, own: frozenset[str]) -> list[str]:
    words = folded(item.url[:200]).split()[1:12]
    return ["own" if word in own else word for word in words if len(word) > 2 and not any(map(str.isdigit, word))]


def _on_own_site(item: Item, practitioner: Practitioner) -> bool:
    site = folded(practitioner.website or "").removeprefix("https ").removeprefix("http ").removeprefix("www ")
    return bool(site) and f" {site} " in f" {folded(item.url[:300])} "
