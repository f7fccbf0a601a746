"""Which elements of a page are cards: a comment, a review, a message, however many parts they have.

Told by schema.org types (microdata, RDFa) and by the words sites put in their classes and identifiers; failing these,
by how the page is laid out (`vigie.parse.layout`).
"""

from __future__ import annotations

import re

from vigie.parse.dom import LexborNode
from vigie.parse.layout import ROW_TEXT, add_entries, add_rows, join_terms, nest
from vigie.parse.names import Attributes, is_written, property_of
from vigie.parse.spots import HOLDERS, Spot, Texts, walked

_REVIEWS = frozenset({"review", "avis", "temoignage", "testimonial", "feedback", "opinion"})
_REPLIES = frozenset({"comment", "commentaire", "reply", "reponse", "answer"})
_POSTS = frozenset({"post", "message", "postbit", "hentry", "blockpost", "b-post", "cpost", "ipscomment"})
_SAID, _POSTED = "|".join(sorted(_REVIEWS | _REPLIES)), "|".join(sorted(_POSTS))
_CARD = re.compile(
    rf"(?:[a-z]+[_-]{{1,2}})?(?P<said>{_SAID})(?:[_-]{{1,2}}(?P<of>[a-z]+|\d+)|\d+)?"
    rf"|(?P<post>{_POSTED})(?:[_-]{{1,2}}(?P<part>[a-z]+|\d+)|\d+)?"
    rf"|(?:[a-z]+[_-]{{1,2}})?(?P<one>{_SAID})s[_-]{{1,2}}(?:card|entry|item|li|row)"
)
_CARD_ENDS = frozenset({"", "item", "card", "row", "box", "block", "single", "li", "entry", "wrapper", "container"})
_NOT_CARD = re.compile(
    r"(?:add|all|author|autres?|blog|form|has|last|leave|load|my|new|no|page|related|see|similar|site|type|user|wp"
    r"|write)[_-]"
)
_CARD_TYPES = re.compile(
    r"(?:schema\.org/|schema:|^| )(?:(?P<said>(?:User|Critic)?Review|Comment|Answer)|\w*Posting|(?:News)?Article)\b"
)
_QUESTION = re.compile(r"(?:[a-z]+[_-]{1,2})?question(?:[_-]{1,2}\d+)?")
"""What answers stand under, when somebody signed and dated it: an entry of a list of frequent questions is nobody's."""

_ANSWERS = re.compile(r"(?:[a-z]+[_-]{1,2})?(?:reply|reponse|answer|response)(?:[_-]{1,2}[a-z0-9]+)?")
"""An element by this name within a card is somebody's answer to it, if it holds words enough."""

_ANSWER_TEXT = 25
_MOST = 0.7
"""Characters of such an answer, and the part of an element that makes the most of it."""


def survey(body: LexborNode) -> tuple[list[Spot], Texts]:
    """The elements of a page in order, cards marked, and its texts. Linear in the size of the page."""
    spots, texts = walked(body)
    for spot in spots:
        if spot.tag in HOLDERS and not is_written(spot.attributes):
            spot.sort = _typed(spot.attributes) or next(filter(None, map(_sort, spot.names)), "")
            if not spot.sort and spot.authors and spot.stamps and any(map(_QUESTION.fullmatch, spot.names)):
                spot.sort = "post"
    _choose_cards(spots)
    join_terms(spots)
    add_entries(spots)
    add_rows(spots)
    return spots, texts


def _typed(attributes: Attributes) -> str:
    told = f"{attributes.get('itemtype') or ''} {attributes.get('typeof') or ''}"
    found = _CARD_TYPES.search(told) if told != " " else None
    if found:
        return "post" if not found["said"] else "review" if "Review" in found["said"] else "reply"
    if "data-review-id" in attributes:
        return "review"
    return {"review": "review", "comment": "reply"}.get(property_of(attributes), "")


def _sort(name: str) -> str:
    found = _CARD.fullmatch(name)
    if not found or _NOT_CARD.match(name):
        return ""
    end = found["of"] or found["part"] or ""
    if end not in _CARD_ENDS and not end.isdigit():
        return ""
    return "post" if found["post"] else "review" if (found["said"] or found["one"]) in _REVIEWS else "reply"


def _choose_cards(spots: list[Spot]) -> None:
    """What holds several cards is their list. What is alone in one is a part of it, unless somebody else wrote it; or
    the outer one is but the list of the inner."""
    held: dict[int, list[Spot]] = {}
    for at, spot in enumerate(spots):
        spot.card = bool(spot.sort) and not _is_list(spots, at)
        nest(spots, [spot])
        if spot.card and spot.above >= 0:
            held.setdefault(spot.above, []).append(spot)
    for at, inner in held.items():
        outer = spots[at]
        others = [s for s in inner if (s.sort == "post" or outer.sort != "post") and s.shape != outer.shape]
        answers = [s for s in others if _is_answer(s, outer, inner)] if outer.sort != "post" else []
        if len(others) == 1 and not answers and _is_all(others[0], outer):
            outer.card = False
        elif len(others) == 1 or answers:
            for part in others:
                part.card = any(part is answer for answer in answers)
        elif others:
            outer.card = False
    nest(spots, spots)


def _is_answer(spot: Spot, outer: Spot, inner: list[Spot]) -> bool:
    """A card in another is an answer to it when both are signed, or dated, or when it is called so."""
    authors = outer.authors - sum(card.authors for card in inner)
    stamps = outer.stamps - sum(card.stamps for card in inner)
    words = outer.text - sum(card.text for card in inner)
    if spot.sort == "post" or min(words, spot.text) < ROW_TEXT.start:
        return False
    if (authors and spot.authors) or (stamps and spot.stamps):
        return True
    return authors + stamps > 0 and spot.text >= _ANSWER_TEXT and any(map(_ANSWERS.fullmatch, spot.names))


def _is_all(spot: Spot, outer: Spot) -> bool:
    """Whatever is signed and dated in a card is in the one within, and so is most of its text."""
    return 0 < spot.signs == outer.signs and spot.text >= _MOST * outer.text


def _is_list(spots: list[Spot], at: int) -> bool:
    """True when most of an element is like things one after the other: `avis` is its own plural, `post12` is not."""
    spot = spots[at]
    if any(name[-1].isdigit() and _sort(name) for name in spot.names):
        return False
    while len(spot.children) == 1 and spots[spot.children[0]].text >= 0.9 * spot.text:
        spot = spots[spot.children[0]]
    alike: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for child in spot.children:
        if spots[child].tag in HOLDERS - {"td"} and spots[child].text >= ROW_TEXT.start:
            alike.setdefault(spots[child].shape, []).append(spots[child].text)
    return any(len(texts) > 1 and sum(texts) >= _MOST * spots[at].text for texts in alike.values())
