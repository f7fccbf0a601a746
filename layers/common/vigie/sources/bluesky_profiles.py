"""Accounts of Bluesky that bear a name: the practitioner's own, namesakes, and whoever poses as them.

What it reads: up to fifty accounts that Bluesky finds for the words: display name, handle and what the account says of
itself. Each is told once, and judged as other items are: whether it is about the practitioner, and whether it poses as
them. Nothing is kept of an account that asks to be shown only to people logged in, but its link.

Limits: Bluesky ranks them as it likes; of a name that hundreds bear, the fifty it puts first are seen. What an
account posts is read by the kind `bluesky`.

Terms of use: those of the kind `bluesky`. An account that is closed is to be forgotten too. The name goes to Bluesky.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.answers import Fields, document, items, lines, moment, records, text
from vigie.parse.markup import line
from vigie.providers import bluesky as service
from vigie.queries import Queries
from vigie.sources import Param, Rhythm

PARAMS = {"query": Param(required=True, meaning="the name that accounts may bear, such as Camille Aubertin-Lesage")}
ROBOTS = False
"""An interface for programs."""

RHYTHM = Rhythm(usual=1440, least=360)
PROVIDER = service.PROVIDER
login, granted, refused = service.login, service.granted, service.refused


def planned(queries: Queries) -> Iterable[Mapping[str, str]]:
    """The name as an account may bear it."""
    return [{"query": queries.name}]


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The search of accounts."""
    return service.asked("app.bsky.actor.searchActors", q=source.params["query"].strip(), limit="50")


def read(source: Source, response: Response) -> Page:
    """The accounts. Raises `SourceError`: `CONTRACT_CHANGED` or `BLOCKED`."""
    actors = records(document(response), "actors")
    return Page(items(actors, lambda actor: _item(actor, source.params.get("query", ""))))


def _item(actor: Fields, query: str) -> Item | None:
    """No author: an account does not sign what it is, and one that poses as them would pass for theirs."""
    did = service.account(actor)
    if not did:
        return None
    item = Item(
        f"https://bsky.app/profile/{did}",
        native_id=f"at://{did}/app.bsky.actor.profile/self",
        published_at=moment(actor.get("createdAt")),
        kind="social",
    )
    if service.is_hidden(actor):
        return item._replace(context=line(query))
    handle = line(text(actor.get("handle")))
    # The handle is no part of the title: names are judged by what stands beside them.
    told = lines(f"@{handle}" if handle else "", text(actor.get("description")))
    return item._replace(title=line(text(actor.get("displayName"))), text=told)
