"""Bluesky, by its XRPC interface: one account of the operator's asks for everybody.

https://docs.bsky.app/docs/api/app-bsky-feed-search-posts, the lexicons in https://github.com/bluesky-social/atproto,
and https://docs.bsky.app/docs/advanced-guides/rate-limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from vigie.errors import SourceError
from vigie.exchange import SESSION, Grant, Request, Response, Secret
from vigie.model import OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, document, is_page, objects, reason, text
from vigie.parse.dates import instant

PROVIDER = Provider(
    "bluesky",
    keys={
        "bluesky_handle": "handle of the account that searches, such as watch.bsky.social",
        "bluesky_app_password": "an app password of that account: bsky.app, Settings, Privacy and security",
    },
    interval_ms=200,
)

_XRPC = "https://bsky.social/xrpc"
_LASTS_S = 90 * 60
"""Of a token; those of today last two hours. One that ends earlier is refused, and another one got."""

_EXPIRED = frozenset(
    {
        "AccountTakedown",
        "AuthFactorTokenRequired",
        "AuthMissing",
        "AuthenticationRequired",
        "ExpiredToken",
        "InvalidToken",
    }
)
"""Names of errors about who asks: they come as 400 as well as 401."""

_HIDDEN = "!no-unauthenticated"
"""The label by which somebody asks that their posts be shown only to those who are logged in to Bluesky."""

_WORKS = re.compile(r"did:[a-z0-9]{1,20}:[A-Za-z0-9._:%-]{1,200}")


def asked(method: str, **query: str) -> Request:
    """A question asked with the session's token."""
    url = f"{_XRPC}/{method}?{urlencode(query)}"
    return Request(url, {"Accept": "application/json"}, [Secret(SESSION, header="Authorization", prefix="Bearer ")])


def login(source: Source, keys: Mapping[str, str], refresh: str) -> Request:  # noqa: ARG001 - the contract of a kind
    """A session renewed, which is not counted among the 300 a day that an account may open; or a new one."""
    if refresh:
        return Request(
            f"{_XRPC}/com.atproto.server.refreshSession",
            {"Accept": "application/json", "Authorization": f"Bearer {refresh}"},
            body=b"",
        )
    told = {"identifier": keys["bluesky_handle"].strip().lstrip("@"), "password": keys["bluesky_app_password"].strip()}
    return Request(
        f"{_XRPC}/com.atproto.server.createSession",
        {"Accept": "application/json", "Content-Type": "application/json"},
        body=json.dumps(told).encode(),
    )


def granted(source: Source, response: Response) -> Grant:  # noqa: ARG001 - the contract of a kind
    """The session. Raises `SourceError`: `AUTH_FAILED` for an account that is closed, `CONTRACT_CHANGED`."""
    answer = document(response)
    if answer.get("active") is False:
        raise SourceError(OutcomeKind.AUTH_FAILED, "the account is closed")
    token = text(answer.get("accessJwt"))
    if not token:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "a session without a token")
    return Grant(token, _LASTS_S, text(answer.get("refreshJwt")))


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """What an answer that is no success means; see `vigie.sources`."""
    if response.status == 429:
        until = instant(response.header("ratelimit-reset"))
        return SourceError(OutcomeKind.THROTTLED, "status 429", until=until) if until else None
    if response.status == 403 and is_page(response):
        return SourceError(OutcomeKind.BLOCKED, "closed to programs")
    name = text(reason(response).get("error"))
    if name in _EXPIRED:
        return SourceError(OutcomeKind.AUTH_FAILED, name)
    if response.status == 400:
        return SourceError(OutcomeKind.CONTRACT_CHANGED, "status 400")
    return None


def account(actor: Fields) -> str:
    """The lasting identifier of an account (`did:plc:...`); empty when it has none that could stand in an address."""
    did = text(actor.get("did"))
    return did if _WORKS.fullmatch(did) else ""


def is_hidden(actor: Fields) -> bool:
    """True for somebody who asks that what they write be shown only to those who are logged in."""
    return any(label.get("val") == _HIDDEN and not label.get("neg") for label in objects(actor.get("labels")))
