"""HTML to plain text: tags gone, entities decoded, paragraphs on lines of their own.

Feeds hold fragments, escaped once, twice, or not at all. Most are plain enough for one regular expression, thirty
times cheaper than a parser; what is not (scripts, comments, attributes holding `>`) goes to lexbor, which reads HTML
as browsers do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import TYPE_CHECKING

from vigie.parse.xmltext import text_of, value_of

if TYPE_CHECKING:
    from vigie.parse.dom import LexborNode

_INLINE_TAGS = """
a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q ruby s samp small span strike strong
sub sup time tt u var wbr
"""
INLINE = frozenset(_INLINE_TAGS.split())
"""Elements that do not break a line: `<b>Mor</b>vant` is one word."""

_UNREAD_TAGS = "head iframe math noembed noframes plaintext script select style svg template textarea title xmp"
UNREAD = frozenset(_UNREAD_TAGS.split())
"""Elements whose content is not for reading, or that their end tag does not end."""

_NAMES = rf"/?(?:({'|'.join(sorted(INLINE))})(?![a-z0-9])|(?!(?:{'|'.join(sorted(UNREAD))})(?![a-z0-9]))[a-z])"
_TAG = re.compile(rf"<(?:/?(?:p|br|div|li|ul)>|{_NAMES}[^<>\0]*+>)")
_ESCAPED_TAG = re.compile(
    rf"&lt;(?:/?(?:p|br|div|li|ul|br/|br /)(?:&gt;|>)|{_NAMES}[^<>&\0]*+(?:&(?!lt;|gt;)[^<>&\0]*+)*+(?:&gt;|>))"
)
"""In lower case, as nearly all is written: ignoring case costs three times as much. What is left goes to lexbor. The
commonest tags come first, out of the long list of names. No tag spans the NUL between two texts (`all_shown`)."""

_ANY_TAG = re.compile(r"<[^<>]*>")
_KNOWN_TAG = re.compile(
    r"</?(?:a|abbr|article|b|blockquote|br|cite|code|dd|div|dl|dt|em|figure|font|h[1-6]|hr|i|img|li|ol|p|pre|script"
    r"|section|small|span|strong|style|sub|sup|table|tbody|td|th|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_LAYERS = 2
"""Times more than it should that a text may have been escaped and still be read."""

_BAD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_REPLACED = {
    **dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF], ""),
    **{code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)},
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
"""What each of them becomes. A table, since a body may be made of nothing else: five million calls took 4 s."""

_HUGE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_NESTED = 30
"""Inline elements around a text that are climbed out of: no writer nests more."""

_CDATA_MARK = re.compile(r"<!\[CDATA\[|\]\]>")
_BLANKS = re.compile(r"[^\S\n]*\n\s*")


def plain(html: str) -> str:
    """What a reader sees of a fragment of HTML. Lines end blocks; text escaped twice comes out readable."""
    if "<" in html:
        text = _untagged(_TAG.split(html))
        if "<" in text or ">" in text:
            return _finished(_parsed(html), decoded=True)
        return _finished(text)
    return _finished(html)


def shown(source: str) -> str:
    """`plain` of what an element of a feed holds, given as it stands in the XML: escaped, or as a CDATA section."""
    if source[:1] == "<":
        return plain(source[9:-3])
    return all_shown([source])[0] if "&" in source else source.strip()


def all_shown(sources: Sequence[str]) -> list[str]:
    """`shown` of each, at two thirds of the price: one pass over those written alike.

    Tags of escaped HTML are taken out in their escaped form: half the price of decoding thousands of `&lt;` only to
    drop them.
    """
    marked = [source[:1] == "<" for source in sources]
    if any(marked):
        if not all(marked):
            return [shown(source) for source in sources]
        text = _untagged(_TAG.split("\0".join([source[9:-3] for source in sources])))
    else:
        text = text_of(_untagged(_ESCAPED_TAG.split("\0".join(sources))))
    return [
        plain(value_of(source)) if "<" in text or ">" in text else _finished(text)
        for source, text in zip(sources, text.split("\0"), strict=True)
    ]


def literal(text: str) -> str:
    """Text that was declared plain: its `<` are its own, unless it holds HTML or entities all the same."""
    if "&" in text or "<" in text:
        text = _deeper(text)
    return text.strip()


def cleaned(text: str) -> str:
    """`text` without controls and lone surrogates. C1 controls are windows-1252 that was mislabelled: é, €, ’."""
    return text.translate(_REPLACED) if _BAD.search(text) else text


def line(text: str) -> str:
    """`text` on one line, with single spaces."""
    return " ".join(text.split())


def _untagged(parts: list[str | None]) -> str:
    """`parts` put together: texts, and between two of them the name of the tag when it was an inline one."""
    parts[1::2] = ["" if inline else "\n" for inline in parts[1::2]]
    return "".join(parts)  # type: ignore[arg-type] # no None is left


def _finished(text: str, *, decoded: bool = False) -> str:
    """`text`, without tags, with its entities decoded (unless they are) and whatever escapes are left undone."""
    if "&" in text and not decoded:
        text = _unescape(text)
    if "&" in text or "<" in text:
        text = _deeper(text)
    return text.strip()


def _deeper(text: str) -> str:
    """Undo what escapes remain. The price: an article that shows HTML as text loses the tags it shows."""
    for _ in range(_LAYERS):
        if "<" in text and _KNOWN_TAG.search(text):
            text = _parsed(text)
        elif "&" in text and _ENTITY.search(text):
            text = _unescape(text)
        else:
            break
    return text


def _parsed(html: str) -> str:
    from vigie.parse import dom

    if "<![CDATA[" in html:  # wrapped twice: to HTML it would be a comment, and to a reader it is the text
        html = _CDATA_MARK.sub("", html)
    try:
        body = dom.parsed(html).body
    except dom.TooDeepError:
        return _unescape(_ANY_TAG.sub("\n", html))
    if body is None:
        return ""
    body.strip_tags(list(UNREAD), recursive=True)
    parts: list[str] = []
    line_of = 0
    for node in body.traverse(include_text=True):
        if node.is_text_node:
            around = _line_around(node)
            parts += ("\n" if around != line_of and parts else "", node.text_content or "")
            line_of = around
        elif node.tag == "br":
            parts.append("\n")
    return cleaned(_BLANKS.sub("\n", "".join(parts)))


def _line_around(node: LexborNode) -> int:
    """The element whose line a text is on: the nearest that is not inline."""
    around = node.parent
    for _ in range(_NESTED):
        if around is None or around.tag not in INLINE:
            break
        around = around.parent
    return around.mem_id if around is not None else 0


def _unescape(text: str) -> str:
    """HTML's own decoding, which fails on numbers of thousands of digits."""
    try:
        return unescape(text)
    except ValueError:
        return unescape(_HUGE.sub("\ufffd", text))
