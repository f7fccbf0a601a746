"""A forum with one thread, in the addresses of every program that makes forums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes import CannedFetcher
from vigie.exchange import Request, Response
from vigie.ports import OnRedirect

SITE = "https://forum.example"
EACH = 3
"""Messages on a page of the forums below."""
Address = Callable[[int], str]
DIALECTS: dict[str, Address] = {
    "phpbb": lambda n: "/viewtopic.php?f=5&t=812" + (f"&start={(n - 1) * EACH}" if n > 1 else ""),
    "discourse": lambda n: "/t/dermato-a-besancon/812" + (f"?page={n}" if n > 1 else ""),
    "vbulletin": lambda n: "/showthread.php?t=812" + (f"&page={n}" if n > 1 else ""),
    "vbulletin4": lambda n: "/showthread.php?812-dermato" + (f"/page{n}" if n > 1 else ""),
    "xenforo": lambda n: "/threads/dermato.812/" + (f"page-{n}" if n > 1 else ""),
    "mybb": lambda n: "/showthread.php?tid=812" + (f"&page={n}" if n > 1 else ""),
    "mybb rewritten": lambda n: "/thread-812.html" if n == 1 else f"/thread-812-page-{n}.html",
    "mesdiscussions": lambda n: f"/sante/dermato-sujet_812_{n}.htm",
    "smf": lambda n: f"/index.php?topic=812.{(n - 1) * EACH}",
    "fluxbb": lambda n: "/viewtopic.php?id=812" + (f"&p={n}" if n > 1 else ""),
    "invision": lambda n: "/topic/812-dermato/" + (f"page/{n}/" if n > 1 else ""),
    "forumactif": lambda n: f"/t812{f'p{(n - 1) * EACH}' if n > 1 else ''}-dermato",
    "nodebb": lambda n: "/topic/812/dermato" + (f"?page={n}" if n > 1 else ""),
    "wordpress": lambda n: "/2026/11/plainte/" + (f"comment-page-{n}/" if n > 1 else ""),
    "wordpress plain": lambda n: "/?p=812" + (f"&cpage={n}" if n > 1 else ""),
}


@dataclass
class Forum(CannedFetcher):
    """A forum with one thread, whose pages link to the first, the last and those around."""

    address: Address = DIALECTS["phpbb"]
    messages: list[str] = field(default_factory=list)
    ways: str = "numbers"
    """How its pages lead to each other: `numbers`, or `next` alone."""
    broken: dict[str, int] = field(default_factory=dict)
    """Pages that answer with a status alone."""
    around: str = ""
    asked: list[str] = field(default_factory=list)
    conditional: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def pages(self) -> int:
        return max(-(-len(self.messages) // EACH), 1)

    async def fetch(self, request: Request, *, on_redirect: OnRedirect | None = None, **_: object) -> Response:
        path = request.url.removeprefix(SITE)
        if path == "/robots.txt":
            return Response(404, request.url, {})
        self.asked.append(path)
        self.conditional.append("if-none-match" in request.headers)
        at = next((n for n in range(1, self.pages + 1) if self.address(n) == path), None)
        if at is None or path in self.broken:
            return Response(self.broken.get(path, 404), request.url, {})
        body = self.page(at)
        etag = f'"{hash(body)}"'
        if request.headers.get("if-none-match") == etag:
            return Response(304, request.url, {})
        return Response(200, request.url, {"etag": etag}, body.encode())

    def page(self, at: int) -> str:
        near = {1, at - 1, at, at + 1, self.pages} & set(range(1, self.pages + 1))
        links = "".join(
            f'<li class="active"><span>{n}</span></li>' if n == at else f'<li><a href="{self.escaped(n)}">{n}</a></li>'
            for n in sorted(near)
        )
        if self.ways == "next":
            links = f'<a rel="next" href="{self.escaped(at + 1)}">Suite</a>' if at < self.pages else ""
        start = (at - 1) * EACH
        posts = "".join(
            f'<div id="p{n}" class="post"><p class="author"><a href="{self.escaped(at)}#p{n}">#{n}</a> par <strong>'
            f'<a class="username" href="/membre/{n}">patient{n}</a></strong></p><div class="content">{text}</div></div>'
            for n, text in list(enumerate(self.messages, 1))[start : start + EACH]
        )
        return (
            f'<!doctype html><html lang="fr"><head><title>Dermato à Besançon ?</title></head><body><h1>Dermato ?</h1>'
            f'<div class="pagination"><ul>{links}</ul></div>{posts}{self.around}</body></html>'
        )

    def escaped(self, n: int) -> str:
        return self.address(n).replace("&", "&amp;")


def said(*numbers: int) -> list[str]:
    return [f"Message numéro {'abcdefghijklmnopqrstuvwxyz'[n % 26] * (1 + n // 26)} sur la pluie." for n in numbers]
