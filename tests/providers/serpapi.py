"""A stand-in for SerpApi's reviews of Google Maps: a key in the query, tokens for pages, and errors in successes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.providers.opinions import Opinion, latest, stamp
from tests.providers.serving import Call, Reply, as_json

KEY = "cle+serpapi/fictive="
PLACE = "ChIJFICTIF0000000000000000"
_FIRST = 8
NOTHING = "Google Maps Reviews hasn't returned any results for this query."


@dataclass
class SerpApi:
    """`left` searches of the plan; `status` is that of an answer that says they are used up: 200 as often as 429."""

    opinions: list[Opinion] = field(default_factory=list)
    left: int = 1_000
    status: int = 200
    processing: bool = False
    name: str = "serpapi"
    hosts: tuple[str, ...] = ("serpapi.com",)

    def answer(self, call: Call) -> Reply:
        if call.query.get("api_key") != KEY:
            return as_json({"error": "Invalid API key. Your API key should be here: https://serpapi.com"}, 401)
        if self.left <= 0:
            return as_json({"error": "Your account has run out of searches."}, self.status)
        if self.processing:
            return as_json({"search_metadata": {"status": "Processing"}})
        self.left -= 1
        told: dict[str, Any] = {"search_metadata": {"status": "Success"}}
        if call.query.get("place_id") != PLACE or not self.opinions:
            return as_json(told | {"error": NOTHING})
        first = int(call.query.get("next_page_token", "0"))
        size = int(call.query.get("num", "20")) if first else _FIRST
        told["reviews"] = [_row(one) for one in latest(self.opinions)[first : first + size]]
        if first + size < len(self.opinions):
            token = str(first + size)
            told["serpapi_pagination"] = {"next": "https://serpapi.com/search.json?...", "next_page_token": token}
        return as_json(told)


def _row(one: Opinion) -> dict[str, Any]:
    row: dict[str, Any] = {
        "link": f"https://www.google.com/maps/reviews/data=!{one.name}",
        "rating": float(one.stars),
        "iso_date": stamp(one.written_at),
        "iso_date_of_last_edit": stamp(one.last),
        "source": "Google",
        "review_id": one.name,
        "user": {"name": one.author},
    }
    if one.text:
        row |= {"snippet": one.text, "extracted_snippet": {"original": one.text}}
    if one.answer:
        row["response"] = {"iso_date": stamp(one.last), "snippet": one.answer}
    return row
