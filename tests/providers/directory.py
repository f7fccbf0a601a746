"""A stand-in for a directory whose pages tell their reviews to search engines, one script of two broken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.providers.opinions import Opinion
from tests.providers.serving import Call, Reply

_BROKEN = '{"@type": "BreadcrumbList", "itemListElement": [{"position": 1, "name": "Valombre"'


@dataclass
class Directory:
    """The page of one practitioner. The average is written as the French do."""

    opinions: list[Opinion] = field(default_factory=list)
    about: str = "Dr Camille Aubertin-Lesage, dermatologue à Valombre"
    name: str = "annuaire"
    hosts: Sequence[str] = ()

    def answer(self, call: Call) -> Reply:
        told: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "Physician",
            "name": self.about,
            "review": [_row(one) for one in self.opinions],
        }
        if self.opinions:
            average = sum(one.stars for one in self.opinions) / len(self.opinions)
            written = f"{average:.1f}".replace(".", ",")
            told["aggregateRating"] = {
                "@type": "AggregateRating",
                "ratingValue": written,
                "reviewCount": len(self.opinions),
            }
        scripts = "".join(
            f'<script type="application/ld+json">{script}</script>'
            for script in (_BROKEN, f"<!--{json.dumps(told, ensure_ascii=False)}-->")
        )
        page = f"<!doctype html><html lang=fr><head><title>{self.about.partition(',')[0]}</title>{scripts}</head>"
        return Reply(f"{page}<body><h1>Avis</h1></body></html>".encode(), "text/html; charset=utf-8")


def _row(one: Opinion) -> dict[str, Any]:
    row: dict[str, Any] = {"@type": "Review", "@id": f"#{one.name}", "author": one.author}
    row["datePublished"] = f"{one.written_at:%Y-%m-%d}"
    row["reviewRating"] = {"@type": "Rating", "ratingValue": f"{one.stars},0", "bestRating": "5"}
    return row | ({"reviewBody": one.text} if one.text else {})
