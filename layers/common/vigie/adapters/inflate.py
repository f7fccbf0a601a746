"""A response body, collected under two bounds: what came over the wire, and what it unpacks to.

httpx cannot bound a compressed body: one chunk of 261 KB on the wire became 67 MB (brotli: 203 bytes became
268 MB). So the raw stream is unpacked here, gzip only, one coding only, never a byte more than the bound.
"""

from __future__ import annotations

import re
import zlib

from vigie.errors import FetchError
from vigie.model import OutcomeKind

MAX_BODY = 5 * 1024 * 1024
"""Bytes of a body, both as sent and as unpacked; the largest real feed met so far had 0.7 MB."""

_GZIP = 31
"""zlib's word for "gzip, with its header and its checksum"."""

_MAGIC = 0x1F

_MAX_MEMBERS = 1_000
"""Of a gzip file in parts; an empty part is 20 bytes that cost as much as a big one."""


_NO_CODING = re.compile(
    r"|identity|none|null|no|off|false|text|plain|binary|[78]bit|[a-z]+/[\w.+-]+(?:\s*;.*)?"
    r"|(?:charset=)?(?:utf-?\d+|(?:us-)?ascii|latin-?\d+|iso-8859-\d+|windows-\d+)"
)
"""What servers write there that is no coding: a charset, a media type, a word for "none". Browsers pass over them; a
name that nobody knows may yet be that of a coding, and is refused."""


class Body:
    """Collects one body. Every method raises `FetchError`: `TOO_LARGE`, or `UNREACHABLE` for a coding we did not
    ask for or a body that is broken or cut short."""

    def __init__(self, coding: str, limit: int = MAX_BODY) -> None:
        """`coding` is the Content-Encoding, as received."""
        named = [part.strip(' \t"') for part in coding.lower().split(",")]
        codings = [name for name in named if not _NO_CODING.fullmatch(name)]
        if codings not in ([], ["gzip"], ["x-gzip"]):
            raise FetchError(OutcomeKind.UNREACHABLE, "content coding")
        self._limit = limit
        self._packed = bool(codings)
        self._inflater = zlib.decompressobj(_GZIP)
        self._members = 1
        self._received = 0
        self._size = 0
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the body, as sent."""
        self._received += len(data)
        if self._received > self._limit:
            raise FetchError(OutcomeKind.TOO_LARGE, "body as sent")
        if self._packed:
            self._unpack(data)
        else:
            self._keep(data)

    def finish(self) -> bytes:
        """The whole body."""
        # A server may announce gzip for a body that is empty: that is all there is to unpack.
        if self._packed and self._received and not self._inflater.eof:
            raise FetchError(OutcomeKind.UNREACHABLE, "gzip cut short")
        return b"".join(self._parts)

    def _unpack(self, data: bytes) -> None:
        while data:
            if self._inflater.eof and not self._begins_member(data):
                return
            try:
                unpacked = self._inflater.decompress(data, self._limit - self._size + 1)
            except zlib.error:
                raise FetchError(OutcomeKind.UNREACHABLE, "gzip") from None
            self._keep(unpacked)
            data = self._inflater.unused_data

    def _begins_member(self, data: bytes) -> bool:
        """False for what follows the last member and is not gzip: padding, which is let go by."""
        if data[0] != _MAGIC:
            return False
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise FetchError(OutcomeKind.TOO_LARGE, "gzip members")
        self._inflater = zlib.decompressobj(_GZIP)
        return True

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise FetchError(OutcomeKind.TOO_LARGE, "body as unpacked")
        self._parts.append(data)
