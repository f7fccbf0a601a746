"""A search of what is posted on Bluesky, with an account of the operator's.

What it reads: the latest hundred posts that hold the words, and as many pages more as there are new ones. The words are
the search's own: `"Camille Aubertin-Lesage"`, `from:`, `domain:`. A post is known by its at-uri, whatever the handle of
who wrote it becomes. Of whoever asks to be shown only to people logged in to Bluesky nothing is kept but the link: such
a post is judged by the words that found it, so name the town or the trade among them.

Limits: what Bluesky's index holds, which may lag by minutes. An account may open 300 sessions a day and ask 3,000
times in five minutes. Images are not read.

Terms of use: Bluesky keeps its search for questions that people ask: a source is read four times a day at most; do not
add several for one practitioner. A post that its author deletes is to be forgotten too. The words, which name the
practitioner, go to Bluesky.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.answers import Fields, document, inside, items, moment, records, signature, text
from vigie.parse.latest import goes_on, state_after
from vigie.parse.markup import line
from vigie.providers import bluesky as service
from vigie.queries import Queries
from vigie.sources import Param, Rhythm

PARAMS = {
    "query": Param(required=True, meaning='words to search for, such as "Camille Aubertin-Lesage" Valombre'),
    "language": Param(required=False, meaning="only posts in this language: fr", form=r"[a-z]{2}"),
}
ROBOTS = False
"""An interface for programs."""

RHYTHM = Rhythm(usual=360, least=360)
PROVIDER = service.PROVIDER
login, granted, refused = service.login, service.granted, service.refused

_POST = re.compile(r"at://(did:[a-z0-9]{1,20}:[A-Za-z0-9._:%-]{1,200})/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,200})")


def planned(queries: Queries) -> Iterable[Mapping[str, str]]:
    """One search: Bluesky asks for four a day at most for somebody."""
    return queries.first(1)


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The search, the latest first."""
    return _asked(source)


def _asked(source: Source, **more: str) -> Request:
    language = source.params.get("language", "")
    told = {"q": source.params["query"].strip(), "sort": "latest", "limit": "100"}
    return service.asked("app.bsky.feed.searchPosts", **told, **({"lang": language} if language else {}), **more)


def read(source: Source, response: Response) -> Page:
    """The posts, the latest first. Raises `SourceError`: `CONTRACT_CHANGED` or `BLOCKED`."""
    answer = document(response)
    found = items(records(answer, "posts"), lambda post: _item(post, source.params.get("query", "")))
    before, place = source.cursor.state, text(answer.get("cursor"))
    following = _asked(source, cursor=place) if place and goes_on(found, before) else None
    return Page(found, state_after(found, before), following)


def _item(post: Fields, query: str) -> Item | None:
    found = _POST.fullmatch(text(post.get("uri")))
    if not found:
        return None
    # A post says itself when it was made; it cannot have been after it was seen.
    record, author = inside(post, "record"), inside(post, "author")
    dates = filter(None, (moment(record.get("createdAt")), moment(post.get("indexedAt"))))
    item = Item(
        f"https://bsky.app/profile/{found[1]}/post/{found[2]}",
        native_id=found[0],
        published_at=min(dates, default=None),
        kind="social",
    )
    if service.is_hidden(author):
        return item._replace(context=line(query))
    return item._replace(
        text=text(record.get("text")).strip(),
        author=signature(author.get("displayName"), author.get("handle")) or None,
        context=line(text(inside(record, "embed", "external").get("title"))),
    )
