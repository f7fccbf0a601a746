"""What the engines that are stood in for know: pages about an invented dermatologist, and pages about others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """One page, as an engine knows it."""

    url: str
    title: str
    text: str = ""
    sort: str = "web"
    """web, news, forum, image or video."""
    found_at: datetime = NOW - timedelta(days=90)
    """When the engine found it."""
    dated: datetime | None = None
    """The date it gives itself."""
    picture: str = ""
    language: str = "fr"


_TERM = re.compile(r'(-)?(?:"([^"]+)"|(\S+))')
_OPERATOR = re.compile(r"[a-z]+:\S|OR$|\(")


def matching(known: Iterable[Known], query: str) -> list[Known]:
    """Pages that hold every phrase and word of `query`, those found last first. Operators but `site:` are ignored."""
    terms = [(minus, phrase or word) for minus, phrase, word in _TERM.findall(query)]
    hosts = [term.removeprefix("site:") for _, term in terms if term.startswith("site:")]
    wanted = [(minus, term.casefold()) for minus, term in terms if not _OPERATOR.match(term)]
    return sorted((page for page in known if _holds(page, wanted, hosts)), key=lambda page: page.found_at, reverse=True)


def _holds(page: Known, wanted: Iterable[tuple[str, str]], hosts: Iterable[str]) -> bool:
    said = f"{page.title} {page.text}".casefold()
    return all((term in said) != bool(minus) for minus, term in wanted) and all(host in page.url for host in hosts)


QUERY = '"Camille Aubertin-Lesage"'

CABINET = Known(
    "https://cabinet-aubertin.example/equipe",
    "Dr Camille Aubertin-Lesage, dermatologue à Valombre",
    "Le cabinet du Dr Camille Aubertin-Lesage vous reçoit rue des Tilleuls à Valombre.",
)
ARTICLE = Known(
    "https://gazette-valombre.example/2026/11/22/dermatologue?utm_source=rss",
    "Valombre : la dermatologue Camille Aubertin-Lesage mise en cause",
    "Une patiente de Valombre porte plainte contre le Dr Camille Aubertin-Lesage, dermatologue.",
    "news",
    NOW - timedelta(hours=5),
    datetime(2026, 11, 22, 6, 30, tzinfo=UTC),
)
THREAD = Known(
    "https://forum-sante.example/t/4821",
    "Quelqu'un connaît le Dr Camille Aubertin-Lesage ?",
    "Je cherche une dermatologue à Valombre. Deux heures d'attente, aucune explication, à éviter.",
    "forum",
    NOW - timedelta(days=2),
)
PHOTO = Known(
    "https://cabinet-aubertin.example/galerie",
    "Le cabinet du Dr Camille Aubertin-Lesage, dermatologue à Valombre",
    sort="image",
    picture="https://cabinet-aubertin.example/img/accueil.jpg",
)
TALK = Known(
    "https://videos.example/watch?v=AAAAAAAAAAA",
    "Le soleil et la peau, avec le Dr Camille Aubertin-Lesage, dermatologue à Valombre",
    "Conférence à la mairie de Valombre.",
    "video",
    NOW - timedelta(days=3),
    datetime(2026, 11, 12, tzinfo=UTC),
)
NAMESAKE = Known(
    "https://marche.example/stands",
    "Le stand de Camille Aubertin, pains d'épices",
    "Camille Aubertin tient un stand au marché de Valombre.",
)
ALL = (CABINET, ARTICLE, THREAD, PHOTO, TALK, NAMESAKE)
