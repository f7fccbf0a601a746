"""References in XML text (`&amp;`, `&#233;`, `&eacute;`): decoded where they are right, repaired where they are not.

A single `&#xD800;` or a bare `&` must cost a feed one character, not all its items.
"""

from __future__ import annotations

import re
from html.entities import html5

_REFERENCE = re.compile(r"&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([A-Za-z][A-Za-z0-9]*));")
_OUTSIDE_CDATA = re.compile(
    r"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?:\]\]>)?|<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->)?"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?:#(\d+);|#[xX]([0-9a-fA-F]+);|([A-Za-z_][\w.-]*+);)?"
)
_DIGITS = 7
"""Digits that a code point can have; Python refuses to read numbers of thousands of digits."""


def value_of(source: str) -> str:
    """What an element holds, given as it stands in the document: escaped, or as one CDATA section."""
    return source[9:-3] if source[:1] == "<" else text_of(source)


def source_of(value: str) -> str:
    """The inverse: `value` as one CDATA section. `]]>` within is no matter, only `value_of` reads it."""
    return f"<![CDATA[{value}]]>"


def text_of(source: str) -> str:
    """Character data or an attribute's value as it reads. Unknown references stay as they are."""
    if "&" not in source:
        return source
    if source.count("&") == source.count("&amp;"):
        return source.replace("&amp;", "&")
    text = source.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    if text.count("&") != text.count("&amp;"):
        return _REFERENCE.sub(_decoded, text)
    return text.replace("&amp;", "&")


def mended(source: str, entities: dict[str, str]) -> str:
    """A whole document in which every reference is one XML knows. `entities` are those it declared itself."""

    def one(found: re.Match[str]) -> str:
        decimal, hexadecimal, name = found.groups()
        if decimal or hexadecimal:
            return _escaped(_char(decimal, hexadecimal))
        if name:
            known = entities.get(name) or html5.get(f"{name};")
            return _escaped(known) if known else f"&amp;{name};"
        return "&amp;" if found[0] == "&" else found[0]

    return _OUTSIDE_CDATA.sub(one, source) if "&" in source else source


def _decoded(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    return html5.get(f"{name};", found[0]) if name else _char(decimal, hexadecimal)


def _char(decimal: str | None, hexadecimal: str | None) -> str:
    """The character of that number; windows-1252's for the C1 controls, nothing for the others."""
    digits, base = (decimal, 10) if decimal else (hexadecimal or "", 16)
    digits = digits.lstrip("0") or "0"
    code = int(digits, base) if len(digits) <= _DIGITS else -1
    if 0x80 <= code < 0xA0:
        return bytes([code]).decode("cp1252", "ignore")
    if code < 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return "\ufffd"
    if (code < 0x20 and code not in (9, 10, 13)) or code in (0x7F, 0xFFFE, 0xFFFF):
        return ""
    return chr(code)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
