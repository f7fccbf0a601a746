"""A thread of a forum, followed from page to page: its messages, and nothing of what stands around them.

What it reads: at first the page given and those after it, or of a long thread that page and the last four; from then
on the last page and whatever follows it. Pages are found by the links between them, as phpBB, Discourse, vBulletin,
XenForo, MyBB, NodeBB, SMF, FluxBB, Invision, Forumactif, MesDiscussions and WordPress (comments) write them, or as
`rel="next"` declares them. A message is known by its own link, or by what it says (as in `page`).

Limits: five pages at a time; a thread that grows by more between two reads is caught up with at the next. Of a long
one that does not say which page is its last, what is further than five pages from the one given is told as it is
reached: give the address of a late one. What only scripts show is not seen (`blocked`): Discourse has feeds, see
`discourse`.

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
"""What the cursor remembers: the page to begin with, and how far it is from the first. The last one that was read, when
nothing follows it; else the one that follows."""


def request(source: Source, cursor: Cursor) -> Request:
    """The last page. The first one, for somebody who needs everything, and when the last one is no more: messages
    were removed."""
    lost = source.health.outcome is OutcomeKind.GONE
    url = "" if source.fresh or lost else cursor.state.get(_PAGE, "")
    return Request(url or source.url, {"Accept": ACCEPT})


def read(source: Source, response: Response) -> Page:
    """The messages of a page of the thread. Raises `SourceError` as `page` does."""
    look = looked_at(source.url, response)
    told = leaves(look.tree, look.blocks, response.url, source.url)
    following = _following(told, _known(source.cursor.state))
    begin = following or told.here
    # Of a read that went on, the validators are those of a page left behind: what they say is of no use.
    return Page(
        _messages(look.items),
        {_PAGE: begin.url, _AT: str(begin.at)},
        next=Request(following.url, {"Accept": ACCEPT}) if following else None,
        whole=following is None,
        onward=True,
    )


def _messages(items: Sequence[Item]) -> Sequence[Item]:
    """What people say, where that can be told from the rest of the page."""
    return [item for item in items if item.context or item.kind in ("forum", "review")] or items


def _known(state: Mapping[str, str]) -> int:
    """How far the page to begin with is; -1 before the first read."""
    told = state.get(_AT, "")
    return int(told) if told.isdecimal() and len(told) < 9 else -1


def _following(told: Leaves, known: int) -> Leaf | None:
    """The page to be read next, if any."""
    if not told.after or told.after[-1].start < 0:
        return told.after[0] if told.after else None
    at, last = told.here.at + told.step, told.after[-1].at
    begun = known < 0 or known > told.here.at
    if begun and last > told.here.at + _MORE * told.step:  # the pages between were read, or are too many
        at = last - (_MORE - 1) * told.step
    return next((leaf for leaf in told.after if leaf.at == at), None) or told.after[-1].sibling(at)
