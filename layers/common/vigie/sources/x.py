"""A search of the posts of the last days on X, paid by the post.

What it reads: ten posts of the last seven days at the first read, then those that are new, ten an answer, fifty a scan
at most. The words are the search's own: `"Camille Aubertin-Lesage" lang:fr`, `from:`, `-word`; shared posts are left
out. A post is known by its number. Nothing is asked of who wrote it, since that is billed too.

Limits: X bills each post that it returns at half a cent, once a day; an answer without any costs nothing. What is
spent is counted in the budget of the provider `x`, which is never exceeded. 450 requests in fifteen minutes.

Terms of use: X's developer agreement. A post that is deleted or changed on X is to be deleted or changed within a day
of being asked to; what is kept is a link and an excerpt. The words, which name the practitioner, go to X.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response, Secret
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, document, inside, items, moment, objects, reason, records, text, words
from vigie.parse.dates import instant
from vigie.parse.markup import cleaned
from vigie.sources import Param, Rhythm

PARAMS = {
    "query": Param(
        required=True, meaning='words to search for, such as "Camille Aubertin-Lesage" lang:fr', form=r"(?s:.{1,490})"
    )
}
ROBOTS = False
"""An interface for programs."""

RHYTHM = Rhythm(usual=360, least=60, most=1440)

_POSTS = 10
"""In an answer: the least that can be asked for, since all that is held back by budgets is the price of so many."""
_PRICE = 5_000
"""Of a post, in millionths of a dollar: https://docs.x.com/x-api/fundamentals/post-cap."""

PROVIDER = Provider("x", keys={"x_bearer": "bearer token of an app: console.x.com"}, price=_POSTS * _PRICE)

_SEARCH = "https://api.x.com/2/tweets/search/recent"
_ORIGINALS = "-is:retweet"
_SINCE = "since_id"
_ID = re.compile(r"[0-9]{1,19}")
_BEGAN = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
_SEQUENCE = 22
"""The number of a post is the milliseconds since then, followed by so many bits."""

_LAG = timedelta(minutes=15)
"""By which a post may be found later than it was made."""

_SOON_S = 60.0
"""Until the same is asked without `since_id`."""


def request(source: Source, cursor: Cursor) -> Request:
    """The search, of what is newer than the last read."""
    return _asked(source, cursor)


def _asked(source: Source, cursor: Cursor, **more: str) -> Request:
    query = source.params["query"].strip()
    told = {
        "query": query if "is:retweet" in query else f"{query} {_ORIGINALS}",
        "max_results": str(_POSTS),
        "tweet.fields": "created_at,note_tweet",
        **more,
    }
    # All of the week for somebody's first read; and after a failure, or a number too old would be refused for ever.
    since = "" if source.fresh or source.health.failures else _known(cursor)
    if since:
        told[_SINCE] = since
    secrets = [Secret("x_bearer", header="Authorization", prefix="Bearer ")]
    return Request(f"{_SEARCH}?{urlencode(told)}", {"Accept": "application/json"}, secrets)


def read(source: Source, response: Response) -> Page:
    """The posts, the latest first; none when the answer says so, by leaving `data` out.

    Raises `SourceError`: `CONTRACT_CHANGED` or `BLOCKED`.
    """
    answer = document(response)
    meta, cursor = inside(answer, "meta"), source.cursor
    none = meta.get("result_count") == 0 and "data" not in answer
    posts = () if none else records(answer, "data")
    found, place = items(posts, _item), text(meta.get("next_token"))
    more = _asked(source, cursor, next_token=place) if place and _all_new(found, _known(cursor)) else None
    since = _since(response, found) or _known(cursor)
    # What is new is not the whole.
    return Page(found, {_SINCE: since} if since else {}, more, whole=False, spent=len(posts) * _PRICE)


def _known(cursor: Cursor) -> str:
    since = cursor.state.get(_SINCE, "")
    return since if _ID.fullmatch(since) else ""


def _all_new(found: Sequence[Item], since: str) -> bool:
    """False on a first read, which is one page: what there is of the week may be bought by hand."""
    return bool(found and since) and all(int(item.native_id or 0) > int(since) for item in found)


def _since(response: Response, found: Sequence[Item]) -> str:
    """The number after which the next read begins: one of a while ago by X's own clock, since the last post's would be
    too old to be accepted as soon as nobody had posted for a week. Without that clock, the last post's all the same."""
    when = instant(response.header("date"))
    if when and when > _BEGAN + _LAG:
        return str(((when - _LAG - _BEGAN) // timedelta(milliseconds=1)) << _SEQUENCE)
    return max((item.native_id or "" for item in found), key=int, default="")


def _item(post: Fields) -> Item | None:
    number = text(post.get("id"))
    if not _ID.fullmatch(number):
        return None
    whole = inside(post, "note_tweet").get("text") or post.get("text")
    return Item(
        f"https://x.com/i/web/status/{number}",
        text=cleaned(words(whole)),
        native_id=number,
        published_at=moment(post.get("created_at")),
        kind="social",
    )


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """What an answer that is no success means; see `vigie.sources`."""
    error = reason(response)
    if response.status == 429:
        if "usage-capped" in text(error.get("type")) or text(error.get("title")) == "UsageCapExceeded":
            return SourceError(OutcomeKind.QUOTA_EXHAUSTED, "monthly cap")
        until = instant(response.header("x-rate-limit-reset"))
        return SourceError(OutcomeKind.THROTTLED, "status 429", until=until) if until else None
    if response.status != 400:
        return None
    if any(_SINCE in inside(wrong, "parameters") for wrong in objects(error.get("errors"))):
        return SourceError(OutcomeKind.UNREACHABLE, "since_id too old", wait_s=_SOON_S)
    return SourceError(OutcomeKind.CONTRACT_CHANGED, "status 400")
