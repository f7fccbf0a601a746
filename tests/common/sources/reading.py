"""Reads a body as `scan` would hand it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vigie import registry, sources
from vigie.exchange import Page, Response
from vigie.model import Cursor, Item, Source

URL = "https://site.example/la/page"


def page_of(
    kind: str,
    body: bytes | str,
    content_type: str = "",
    url: str = URL,
    *,
    params: Mapping[str, str] | None = None,
    state: Mapping[str, str] | None = None,
) -> Page:
    """What a source of that kind makes of `body`, served from `url`. Raises `SourceError`.

    `params` beside the address, and the `state` that the last read left.
    """
    told = {"url": url, **(params or {})}
    source = Source("s1", kind, told, 60, "site.example", cursor=Cursor(state=state or {}))
    raw = body.encode() if isinstance(body, str) else body
    page: Page = registry.load(sources, kind).read(source, Response(200, url, {"content-type": content_type}, raw))
    return page


def items_of(kind: str, body: bytes | str, content_type: str = "", url: str = URL) -> Sequence[Item]:
    return page_of(kind, body, content_type, url).items
