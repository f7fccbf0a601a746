"""One e-mail, HTML and text, about everything pending for one recipient.

It leaks nothing before it is opened (a neutral subject, a neutral preview), loads nothing from anywhere, and shows
each mention on its own: one that cannot be rendered is replaced by a fixed sentence and its id.
"""

from __future__ import annotations

import logging
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vigie import render
from vigie.channels import ALONE, Around, Carriers
from vigie.model import Alert, Mention, Practitioner, Severity
from vigie.ports import Message, Tags
from vigie.show.shown import Shown, blank, person, shown
from vigie.show.text import clean
from vigie.show.uncovered import uncovered
from vigie.show.weblinks import link
from vigie.show.words import Words, words

log = logging.getLogger(__name__)

RESENDS = True
MENTIONS = 50
UNSURE_FROM = Severity.INFO

BUDGET = 88_000
"""Bytes of the mentions' HTML. Gmail hides what comes after about 102 KB behind a link, and the frame takes 8 KB."""

BRIEF_LINK = 400
"""Characters of a link in a shortened mention: fifty of them have to fit the budget."""

_WIDTH = 76


@dataclass(frozen=True, slots=True)
class _Block:
    """One mention in both parts."""

    html: render.Markup
    text: str
    view: Shown | None
    """None for one that is replaced by the fixed sentence."""


def compose(
    alert: Alert,
    mentions: Sequence[Mention],
    practitioner: Practitioner,
    now: datetime,
    around: Around = ALONE,
) -> Message:
    """The alert as an e-mail. See `vigie.channels`; never raises because of what a mention holds."""
    said = words(alert.language)
    edited = bool(mentions) and all(mention.edited for mention in mentions)
    subject = said.count("subject_edited" if edited else "subject", len(mentions))
    blocks = [
        _block(mention, around.also.get(mention.mention_id, ()), said, now, place=(at, len(mentions)))
        for at, mention in enumerate(mentions, 1)
    ]
    frame = {
        "said": said,
        "subject": subject,
        "summary": " · ".join(_summary(mentions, said)),
        "more": said.count("more", alert.more) if alert.more > 0 else "",
        "uncovered": uncovered(around.coverage, said),
        "person": person(practitioner),
        "contact": clean(around.contact, 200),
        "contact_link": link(around.contact),
        "reference": alert.alert_id,
    }
    return Message(
        to=alert.address,
        subject=subject,
        text=render.text("email/alert", blocks=[block.text for block in blocks], fill=fill, **frame) + "\n",
        html=render.html("email/alert", blocks=_within(blocks, said), **frame),
        language=said.language,
    )


def send(message: Message, tags: Tags, carriers: Carriers) -> str:
    return carriers.mailer.send(message, tags)


def fill(text: str, prefix: str = "") -> str:
    """`text` in lines of 76 characters that all begin with `prefix`: what is quoted cannot pass for ours."""
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=prefix,
        subsequent_indent=prefix,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _block(
    mention: Mention, others: Sequence[Mention], said: Words, now: datetime, *, place: tuple[int, int]
) -> _Block:
    if not blank(mention):
        try:
            view = shown(mention, said, now, others)
            block = _Block(
                render.html("email/mention", m=view, said=said, place=place),
                render.text("email/mention", m=view, said=said, place=place, fill=fill),
                view,
            )
            f"{block.html}{block.text}".encode()
        except Exception as error:  # noqa: BLE001 - one that cannot be shown must not hold back the others (I10)
            log.error("mention not rendered", extra={"mention_id": mention.mention_id, "error": type(error).__name__})
        else:
            return block
    return _Block(
        render.html("email/fallback", mention_id=mention.mention_id, said=said, place=place),
        render.text("email/fallback", mention_id=mention.mention_id, said=said, place=place, fill=fill),
        None,
    )


def _within(blocks: Sequence[_Block], said: Words) -> list[render.Markup]:
    """The blocks' HTML within the budget: the last ones are shortened until all fit."""
    kept = [block.html for block in blocks]
    room = BUDGET - sum(len(html.encode()) for html in kept)
    for at in range(len(blocks) - 1, -1, -1):
        view = blocks[at].view
        if room >= 0:
            break
        if view is not None:
            short = render.html("email/brief", m=view, said=said, place=(at + 1, len(blocks)), limit=BRIEF_LINK)
            room += len(kept[at].encode()) - len(short.encode())
            kept[at] = short
    return kept


def _summary(mentions: Sequence[Mention], said: Words) -> list[str]:
    """How many of each severity, the most serious first."""
    counts = Counter(mention.severity for mention in mentions)
    return [said.count(f"summary.{s.value}", counts[s]) for s in reversed(Severity) if counts[s]]
