"""An item as its reader sees it. Texts come decoded from their sources; some were encoded twice, or by hand."""

from __future__ import annotations

import re
from html import unescape

from vigie.model import Item

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
"""Its end is asked for: `?a=1&copy=2` is an address."""
_TIMES = 3
"""How often a text is decoded at most: `&amp;eacute;` is in the wild."""


def plain(item: Item) -> Item:
    """`item` with the HTML entities left in it as their characters; the same item when there is none, and always the
    same for a plain one."""
    if not any("&" in field for field in (item.title, item.text, item.context, item.author or "")):
        return item
    author = item.author and decoded(item.author)
    return item._replace(
        title=decoded(item.title), text=decoded(item.text), context=decoded(item.context), author=author
    )


def decoded(text: str) -> str:
    """`text` with its entities (`&eacute;`, `&#39;`) as the characters they stand for."""
    for _ in range(_TIMES):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda found: unescape(found[0]), text)
    return text
