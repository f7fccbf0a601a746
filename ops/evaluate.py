"""Run matching and triage over labelled items, as `vigie evaluate` does: nothing is fetched, stored or sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from vigie.errors import InputError
from vigie.match import match
from vigie.model import Confidence, Decision, Item, Practice, Practitioner
from vigie.triage import triage

NOBODY = Decision(about=False, confidence=Confidence.UNLIKELY)
"""What is said of an item in which no place names the practitioner."""


def predictions(profiles: Iterable[Mapping[str, Any]], items: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """One prediction an item: id, about, confidence, score, category, polarity, severity, reasons.

    Triage is given for every item, as it would be were the item about the practitioner.

    `profiles` and `items` are the objects of the two JSON-lines files. Raises `InputError` naming the profile that
    an item asks for and nobody has, or the field that is missing.
    """
    practitioners = {}
    for profile in profiles:
        known = practitioner_of(profile)
        practitioners[known.practitioner_id] = known
    for line in items:
        asked = str(line.get("practitioner_id", ""))
        if asked not in practitioners:
            raise InputError(f"Item {line.get('id')!r} is about profile {asked!r}, which is not among the profiles.")
        yield {"id": line.get("id"), **_predicted(practitioners[asked], item_of(line))}


def _predicted(practitioner: Practitioner, item: Item) -> dict[str, Any]:
    decision = match(practitioner, item) or NOBODY
    verdict = triage(item, decision, practitioner)
    return {
        "about": decision.about,
        "confidence": decision.confidence.value,
        "score": decision.score,
        "category": verdict.category.value,
        "polarity": verdict.polarity.value,
        "severity": verdict.severity.value,
        "reasons": [reason.code for reason in (*decision.reasons, *verdict.reasons)],
    }


def practitioner_of(profile: Mapping[str, Any]) -> Practitioner:
    """The practitioner of a profile line, its `id` as theirs. Raises `InputError` naming the field that is missing."""
    try:
        return Practitioner(
            practitioner_id=str(profile["id"]),
            title=profile.get("title") or "",
            first_names=tuple(profile["first_names"]),
            last_names=tuple(profile["last_names"]),
            specialty=profile["specialty"],
            city=profile["city"],
            postcode=str(profile["postcode"]),
            practice_name=profile.get("practice_name"),
            phone=profile.get("phone"),
            website=profile.get("website"),
            rpps=profile.get("rpps"),
            aliases=tuple(profile.get("aliases") or ()),
            excluded=tuple(profile.get("excluded") or ()),
            practices=tuple(
                Practice(place.get("practice_name"), place["city"], str(place["postcode"]), place.get("phone"))
                for place in profile.get("practices") or ()
            ),
        )
    except KeyError as error:
        raise InputError(f"Profile {profile.get('id')!r} has no {error.args[0]!r}.") from None


def item_of(line: Mapping[str, Any]) -> Item:
    """The item of an item line. Raises `InputError` when it has none."""
    fields = line.get("item")
    if not isinstance(fields, Mapping):
        raise InputError(f"Item {line.get('id')!r} has no 'item' object.")
    published = fields.get("published")
    return Item(
        url=fields.get("url") or "",
        title=fields.get("title") or "",
        text=fields.get("text") or "",
        kind=fields.get("kind") or "web",
        rating=float(fields["rating"]) if fields.get("rating") is not None else None,
        author=fields.get("author"),
        context=fields.get("context") or "",
        published_at=datetime.fromisoformat(published) if published else None,
    )
