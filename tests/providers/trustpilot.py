"""A stand-in for Trustpilot: a key in the query, pages by number, and links that lead elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.providers.opinions import Opinion, stamp
from tests.providers.serving import Call, Reply, as_json

KEY = "clé+trustpilot/fictive="
UNIT = "5f0c0ffee0ddba11deadbeef"


@dataclass
class Trustpilot:
    """`opinions` on one business unit, and how many calls of the plan are `left`."""

    opinions: list[Opinion] = field(default_factory=list)
    left: int = 1_000
    name: str = "trustpilot"
    hosts: tuple[str, ...] = ("api.trustpilot.com",)

    def answer(self, call: Call) -> Reply:
        if call.query.get("apikey") != KEY:
            return _fault(401, "Invalid ApiKey", "oauth.v2.InvalidApiKey")
        if self.left <= 0:
            return _fault(429, "Quota exceeded", "policies.ratelimit.QuotaViolation")
        self.left -= 1
        if call.path != f"/v1/business-units/{UNIT}/reviews":
            return as_json({"message": "Not Found", "errorCode": 1002}, 404)
        number, size = int(call.query.get("page", "1")), int(call.query.get("perPage", "20"))
        known = sorted(self.opinions, key=lambda one: one.written_at, reverse=True)
        links = [{"rel": "self", "method": "GET", "href": "x"}]
        if number * size < len(known):
            links.append({"rel": "next-page", "method": "GET", "href": f"https://ailleurs.example/?page={number + 1}"})
        return as_json({"links": links, "reviews": [_row(one) for one in known[(number - 1) * size : number * size]]})


def _row(one: Opinion) -> dict[str, Any]:
    return {
        "id": one.name,
        "consumer": {"displayName": one.author},
        "businessUnit": {"displayName": "Cabinet du Dr Camille Aubertin-Lesage, Valombre"},
        "stars": one.stars,
        "title": "",
        "text": one.text,
        "createdAt": stamp(one.written_at),
        "updatedAt": stamp(one.changed_at) if one.changed_at else None,
        "companyReply": {"text": one.answer} if one.answer else None,
        "status": "active",
    }


def _fault(status: int, message: str, code: str) -> Reply:
    return as_json({"fault": {"faultstring": message, "detail": {"errorcode": code}}}, status)
