"""Bytes from the web to text, as a person who sees mojibake would choose.

Declarations are wrong too often to be obeyed. In order: a byte order mark; the zero bytes that betray UTF-16 and
UTF-32; bytes that are valid UTF-8 and not mere ASCII, which no other encoding produces by chance; what the document
declares; what HTTP declares; and UTF-8 with each invalid byte read as windows-1252, so that the `Hélène` of a
latin-1 page that calls itself UTF-8 keeps her name.
"""

from __future__ import annotations

import codecs
import re
import zlib

from vigie.errors import SourceError
from vigie.model import OutcomeKind
from vigie.parse.markup import cleaned

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8"),
)
_ZEROS = (
    (re.compile(rb"\s*[<{\[]\x00\x00\x00", re.DOTALL), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00[<{\[\s]", re.DOTALL), "utf-32-be"),
    (re.compile(rb"[<{\[\s]\x00[^\x00]\x00", re.DOTALL), "utf-16-le"),
    (re.compile(rb"\x00[<{\[\s]\x00[^\x00]", re.DOTALL), "utf-16-be"),
)
_HEAD = 1_024
"""Bytes in which a declaration is looked for, as browsers do."""

_XML_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]+)", re.IGNORECASE)
_META_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HTTP_DECLARED = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)

_WIDER = {
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
"""Encodings that sites name when they mean a larger one (WHATWG Encoding standard, section 4.2)."""

_SEVEN_BITS = frozenset({"hz", "utf-7", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr"})
"""Encodings whose bytes all look like ASCII: obeyed when declared (but UTF-7, which only attackers use)."""

_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_C1 = re.compile(rb"\xc2[\x80-\x9f]")

_NOT_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "raw_unicode_escape", "unicode-escape"})
"""What Python calls text encodings and no site can mean; some cost a quadratic time."""


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("vigie-cp1252", _as_cp1252)


def decoded(body: bytes, content_type: str = "") -> str:
    """`body` as text, without byte order mark and without controls but tab and newlines.

    Never fails; what means nothing becomes U+FFFD, and C1 controls the windows-1252 that they are in fact.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return cleaned(body.decode(encoding, "replace").removeprefix("\ufeff"))
    head = body[:_HEAD]
    if b"\0" in head:
        for pattern, encoding in _ZEROS:
            if pattern.match(head):
                return cleaned(body.decode(encoding, "replace"))
    declared = [name for name in _declared(head, content_type) if not name.startswith(("utf-16", "utf-32", "utf-7"))]
    if not (_SEVEN_BITS.intersection(declared) and body.isascii()):
        try:
            text = body.decode()
        except UnicodeDecodeError:
            pass
        else:  # looking at the bytes costs a quarter of looking at the text
            return text if len(body.translate(None, _CONTROLS)) == len(body) and not _C1.search(body) else cleaned(text)
    return cleaned(_eight_bits(body, declared))


def _eight_bits(body: bytes, declared: list[str]) -> str:
    for name in declared:
        if name != "utf-8":
            try:
                return body.decode(_WIDER.get(name, name))
            except (UnicodeError, ValueError):
                continue
    others = [name for name in declared if name not in ("utf-8", "cp1252", "ascii", "iso8859-1")]
    if others:
        return body.decode(_WIDER.get(others[0], others[0]), "replace")
    return body.decode("utf-8", "vigie-cp1252")


def _declared(head: bytes, content_type: str) -> list[str]:
    """Encodings the document and HTTP name, most telling first, under the names Python gives them."""
    in_document = _XML_DECLARED.search(head) or _META_DECLARED.search(head)
    over_http = _HTTP_DECLARED.search(content_type)
    names = []
    if in_document:
        names.append(in_document[1].decode("ascii", "replace"))
    if over_http:
        names.append(over_http[1])
    return [known for name in names if (known := _known(name))]


def _known(name: str) -> str | None:
    try:
        info = codecs.lookup(name)
        if info.encode("<?xml")[0] not in (b"<?xml", codecs.BOM_UTF8 + b"<?xml"):
            return None  # EBCDIC and its like: a declaration that reads as ASCII is not written in them
    except (LookupError, ValueError, UnicodeError, TypeError):
        return None
    return info.name if getattr(info, "_is_text_encoding", True) and info.name not in _NOT_CHARSETS else None


def unpacked(body: bytes, limit: int = 5 * 1024 * 1024) -> bytes:
    """`body`, or what it holds when it is itself a gzip file (`.xml.gz` served as it lies).

    Raises `SourceError(TOO_LARGE)` when that is more than `limit` bytes; nothing beyond them is unpacked.
    """
    if not body.startswith(b"\x1f\x8b\x08"):
        return body
    try:
        unpacking = zlib.decompressobj(31)
        inside = unpacking.decompress(body, limit)
    except zlib.error:
        return body
    if unpacking.unconsumed_tail:
        raise SourceError(OutcomeKind.TOO_LARGE, "a gzip file that holds too much")
    return inside
