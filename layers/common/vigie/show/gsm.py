"""What an SMS costs: encoding, units and segments of a text (3GPP TS 23.038), and a text that costs one part.

One character outside the GSM alphabet (`ê`, `ç`, `’`, `«`, a no-break space) turns the whole message into UCS-2:
70 characters a part instead of 160, at the same price a part.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet, table 6.2.1. ESC, which announces the extension, is no character of a text."""

EXTENSION = frozenset("\f^{}\\[~]|€")
"""Table 6.2.1.1: each counts for two units, ESC and itself, which a part never separates."""

_PLAIN = {
    **dict.fromkeys("’‘‛′`´ʼ", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
    "•": "-",
    "·": ".",
    "ç": "c",
    "×": "x",
    "÷": "/",
    "⁄": "/",
    "°": "o",
    "№": "No",
}


@dataclass(frozen=True, slots=True)
class Size:
    """What a text takes as an SMS. `units` are septets (GSM-7) or 16-bit code units (UCS-2)."""

    encoding: str
    units: int
    segments: int


def size(text: str) -> Size:
    """Encoding, units and segments of `text` as a handset counts them: 160 or 153 a part, else 70 or 67."""
    if all(char in BASIC or char in EXTENSION for char in text):
        return _parted("GSM-7", [2 if char in EXTENSION else 1 for char in text], 160, 153)
    return _parted("UCS-2", [2 if char > "\uffff" else 1 for char in text], 70, 67)


def _parted(encoding: str, widths: list[int], alone: int, joined: int) -> Size:
    units = sum(widths)
    if units <= alone:
        return Size(encoding, units, min(units, 1))
    segments, used = 1, 0
    for width in widths:
        if used + width > joined:
            segments, used = segments + 1, 0
        used += width
    return Size(encoding, units, segments)


def plain(text: str) -> str:
    """`text` in the GSM alphabet: typographic signs in their typewriter form, other accents dropped, the rest as `?`.

    White space becomes plain spaces and line feeds; what cannot be seen goes.
    """
    return "".join(_plain(char) for char in unicodedata.normalize("NFC", text))


def _plain(char: str) -> str:
    if (char in BASIC and char != "\r") or char in EXTENSION - {"\f"}:
        return char
    if char in _PLAIN:
        return _PLAIN[char]
    if char.isspace():
        return " "
    if unicodedata.category(char)[0] in "CM":
        return ""
    base = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return "".join(c if c in BASIC else _PLAIN.get(c, "?") for c in base)
