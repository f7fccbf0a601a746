"""A thread of a forum, followed from page to page: its messages, and nothing of what stands around them.

What it reads: at first the page given and those after it, or of a long thread that page and the last four; from then
on the last page and whatever follows it. Pages are found by the links between them, as phpBB, Discourse, vBulletin,
XenForo, MyBB, NodeBB, SMF, FluxBB, Invision, Forumactif and MesDiscussions write them, or as `rel="next"` declares
them. A message is known by its own link, or by what it says (as in `page`).

Limits: five pages at a time; a thread that grows by more between two reads is caught up with at the next. One that
tells neither the numbers of its pages nor its last one moves on by a page a read: give the address of its last page.
What only scripts show is not seen (`blocked`): Discourse has feeds, see `discourse`.

Terms of use: those of the forum. robots.txt is honoured. Forums that refuse robots or forbid extraction are not for
this kind: watch them through a search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse.htmlpage import ACCEPT
from vigie.parse.leaves import Leaf, Leaves, leaves
from vigie.sources import Param
from vigie.sources.page import looked_at

PARAMS = {"url": Param(required=True, meaning="address of the thread: its first page, or the one to begin with")}
ROBOTS = True

_MORE = 4
"""Pages after the first that are read: as many as one scan follows."""

_PAGE, _AT = "page", "at"
"""What the cursor remembers: the last page known, and how far it is from the first."""


def request(source: Source, cursor: Cursor) -> Request:
    """The last page known. The first one, for somebody who needs everything, and when the last one is no more: messages
    were removed."""
    lost = source.health.outcome is OutcomeKind.GONE
    url = "" if source.fresh or lost else cursor.state.get(_PAGE, "")
    return Request(url or source.url, {"Accept": ACCEPT})


def read(source: Source, response: Response) -> Page:
    """The messages of a page of the thread. Raises `SourceError` as `page` does."""
    look = looked_at(source.url, response)
    told = leaves(look.tree, look.blocks, response.url, source.url)
    following, last = _way(told, _known(source.cursor.state))
    # Of a read that went on, the validators are those of a page left behind: what they say is of no use.
    return Page(
        _messages(look.items),
        {_PAGE: last.url, _AT: str(last.at)},
        next=Request(following.url, {"Accept": ACCEPT}) if following else None,
        whole=following is None,
    )


def _messages(items: Sequence[Item]) -> Sequence[Item]:
    """What people say, where that can be told from the rest of the page."""
    return [item for item in items if item.context or item.kind in ("forum", "review")] or items


def _known(state: Mapping[str, str]) -> int:
    """How far the last page known is; -1 before the first read."""
    told = state.get(_AT, "")
    return int(told) if told.isdecimal() and len(told) < 9 else -1


def _way(told: Leaves, known: int) -> tuple[Leaf | None, Leaf]:
    """The page to be read next, if any, and the one to begin with the next time."""
    here = told.here
    if not told.after:
        return None, here
    after, last = told.after[0], told.after[-1]
    if last.start < 0:
        return after, after
    reach = here.at + _MORE * told.step
    if last.at <= reach:
        return _at(here.at + told.step, told), last
    if known < 0 or known > here.at:  # begun, or begun again: the pages between were read, or are too many
        return _at(last.at - (_MORE - 1) * told.step, told), last
    return _at(here.at + told.step, told), _at(reach, told)


def _at(at: int, told: Leaves) -> Leaf:
    """The page that is so far: as the thread links to it, or as it would."""
    return next((leaf for leaf in told.after if leaf.at == at), None) or told.after[-1].sibling(at)
