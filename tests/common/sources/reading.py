"""Reads a body as `scan` would hand it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from vigie import registry, sources
from vigie.errors import SourceError
from vigie.exchange import Page, Response
from vigie.model import Cursor, Item, Source
from vigie.outcomes import after_status

NOW = datetime(2026, 11, 23, 13, 16, 40, tzinfo=UTC)
URL = "https://site.example/la/page"


def page_of(
    kind: str,
    body: bytes | str,
    content_type: str = "",
    url: str = URL,
    *,
    params: Mapping[str, str] | None = None,
    state: Mapping[str, str] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Page:
    """What a source of that kind makes of an answer from `url`. Raises `SourceError`.

    `params` beside the address, and the `state` that the last read left.
    """
    told = {"url": url, **(params or {})}
    source = Source("s1", kind, told, 60, "site.example", cursor=Cursor(state=state or {}))
    raw = body.encode() if isinstance(body, str) else body
    module = registry.load(sources, kind)
    response = Response(status, url, {"content-type": content_type, **(headers or {})}, raw)
    if status != 200:
        raise module.refused(source, response) or after_status_of(response)
    page: Page = module.read(source, response)
    return page


def after_status_of(response: Response) -> SourceError:
    """What the status alone means, as `scan` has it when the kind says nothing."""
    try:
        after_status(response, conditional=False, now=NOW)
    except SourceError as error:
        return error
    raise AssertionError(f"status {response.status} is a success")


def items_of(kind: str, body: bytes | str, content_type: str = "", url: str = URL) -> Sequence[Item]:
    return page_of(kind, body, content_type, url).items
