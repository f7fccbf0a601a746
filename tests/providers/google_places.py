"""A stand-in for Places: what the field mask names and nothing else, and five reviews that it finds relevant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.providers.opinions import Opinion, stamp
from tests.providers.serving import Call, Reply, as_json

KEY = "AIza-fictif"
PLACE = "ChIJFICTIF0000000000000000"
_SHOWN = 5


@dataclass
class GooglePlaces:
    """`opinions` in the order it finds relevant: those beyond the fifth count, and are not shown."""

    opinions: list[Opinion] = field(default_factory=list)
    enabled: bool = True
    name: str = "places"
    hosts: tuple[str, ...] = ("places.googleapis.com",)

    def answer(self, call: Call) -> Reply:
        if call.headers.get("x-goog-api-key") != KEY:
            return _error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")
        if not self.enabled:
            return _error(403, "PERMISSION_DENIED", "Places API (New) has not been used in project 0 before.")
        mask = call.headers.get("x-goog-fieldmask", "")
        if not mask:
            return _error(400, "INVALID_ARGUMENT", "FieldMask is a required parameter.")
        if call.path != f"/v1/places/{PLACE}":
            return _error(404, "NOT_FOUND", "The Place ID is no longer valid.")
        return as_json(_masked(self._place(), mask.split(",")))

    def _place(self) -> dict[str, Any]:
        place: dict[str, Any] = {
            "id": PLACE,
            "displayName": {"text": "Dr Camille Aubertin-Lesage, dermatologue à Valombre", "languageCode": "fr"},
            "googleMapsUri": "https://maps.google.com/?cid=1",
        }
        if self.opinions:
            place["rating"] = round(sum(one.stars for one in self.opinions) / len(self.opinions), 1)
            place["userRatingCount"] = len(self.opinions)
            place["reviews"] = [_row(one) for one in self.opinions[:_SHOWN]]
        return place


def _row(one: Opinion) -> dict[str, Any]:
    return {
        "name": f"places/{PLACE}/reviews/{one.name}",
        "rating": one.stars,
        "text": {"text": one.text, "languageCode": "fr"},
        "authorAttribution": {"displayName": one.author},
        "publishTime": stamp(one.written_at),
        "googleMapsUri": f"https://www.google.com/maps/reviews/data=!{one.name}",
    }


def _masked(value: Any, mask: list[str]) -> Any:
    """What of `value` the mask names; lists are gone through."""
    if isinstance(value, list):
        return [_masked(one, mask) for one in value]
    if "" in mask or not isinstance(value, dict):
        return value
    kept = {}
    for name, inner in value.items():
        below = [path.removeprefix(name).removeprefix(".") for path in mask if f"{path}.".startswith(f"{name}.")]
        if below:
            kept[name] = _masked(inner, below)
    return kept


def _error(code: int, status: str, message: str) -> Reply:
    return as_json({"error": {"code": code, "message": message, "status": status}}, code)
