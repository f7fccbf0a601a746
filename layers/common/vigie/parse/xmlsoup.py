"""Ill-formed XML made well-formed, so that what is wrong in one entry of a feed costs no other.

libxml2's own recovery is not for documents that people want to read: any end tag closes whatever is open, so that each
`<br>` puts all that follows one level deeper, until it stops at 256; a comment that never ends takes the rest with it;
and after the first error `&amp;` and `&lt;` are dropped wherever they stand. Here, as in a browser, an end closes what
it names or nothing, and what is no markup is text.
"""

from __future__ import annotations

import re
from collections import Counter

from vigie.parse.markup import INLINE

_NAME = r"[A-Za-z_][\w.-]{0,60}+(?::[A-Za-z_][\w.-]{0,60}+)?"
_TOKEN = re.compile(
    rf"<(/?)({_NAME})(?=[\s/>])"
    r"""((?:"[^"<]*+"|"[^">]*+"|'[^'<]*+'|'[^'>]*+'|[^<>])*+)>"""
    r"|(<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+\]\]>)"
    r"|<!--[^<-]*+(?:(?:-(?!->)|<(?!!--))[^<-]*+)*+-->"
    r"|<\?[^<?]*+(?:(?:\?(?!>)|<(?!\?))[^<?]*+)*+\?>"
    r"|<!\[?[A-Za-z][^<>]*+>"
    r"|(<)"
)
"""A tag, however it is written; a CDATA section; a comment; an instruction; a declaration; a `<` of none of these.
A comment within a comment, or an instruction within another, says that the first was never ended: it is none."""

_REGULAR = re.compile(rf"""(?:\s++{_NAME}\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+\s*+""")
_ATTRIBUTE = re.compile(rf"""({_NAME})\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")

_AROUND = frozenset({"rss", "rdf", "feed", "channel"})
"""What entries stand in. It ends with the document: an earlier end of it would leave entries outside."""

_UNITS = frozenset({"item", "items", "entry"})
_DEEPEST = 200
"""Nested elements that are kept; of those within them only the text is. libxml2 stops at 256."""


def balanced(text: str) -> str:
    """`text`, a document whose CDATA sections all end, as well-formed XML; comments and instructions are left out.

    An element that is never ended ends where the next tag begins, but an entry where the next entry does.
    """
    soup = _Soup()
    say = soup.parts.append
    found = iter(_TOKEN.split(text))
    say(next(found))
    for end, name, attributes, section, stray, after in zip(*[found] * 6, strict=True):
        if name:
            if end:
                soup.end(name)
            else:
                soup.start(name, attributes)
        elif section:
            say(section)
        elif stray:
            say("&lt;")
        # Of a tag that nothing comes of, what stands before and after come together: `]</b>]>` is `]]>` then.
        after = after.replace("]>", "]&gt;")
        say(f"&gt;{after[1:]}" if after.startswith(">") else after)
    return soup.finished()


class _Soup:
    """The document as it is made."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        """Texts and tags. Before each tag there is a text."""
        self._places: list[int] = []
        """Of the text before each tag there was, kept or not."""
        self._open: list[tuple[str, int]] = []
        """Elements not ended yet, outermost first: name, and number of the tag after theirs."""
        self._around = 0
        """How many of them, the first ones, are what entries stand in."""
        self._named: Counter[str] = Counter()
        """How many of the others have a name, in lower case."""
        self._prefix: str | None = None

    def start(self, name: str, attributes: str) -> None:
        self._places.append(len(self.parts) - 1)
        kind = _local(name)
        if kind in _UNITS and self._is_unit(name):
            self._close(self._around)
        if len(self._open) >= _DEEPEST:
            self._pass_over(kind)
        elif attributes.endswith("/"):
            self.parts.append(f"<{name}{_regular(attributes[:-1])}/>")
        else:
            self.parts.append(f"<{name}{_regular(attributes)}>" if attributes else f"<{name}>")
            if kind in _AROUND and len(self._open) == self._around:
                self._around += 1
            else:
                self._named[name.lower()] += 1
            self._open.append((name, len(self._places)))

    def end(self, name: str) -> None:
        self._places.append(len(self.parts) - 1)
        key = name.lower()
        if not self._named[key]:
            self._pass_over(_local(name))
            return
        at = len(self._open) - 1
        while self._open[at][0].lower() != key:
            at -= 1
        self._close(at + 1)
        self.parts.append(f"</{self._open.pop()[0]}>")
        self._named[key] -= 1

    def finished(self) -> str:
        self._places.append(len(self.parts) - 1)
        self._close(self._around)
        self.parts += [f"</{name}>" for name, _ in reversed(self._open)]
        return "".join(self.parts)

    def _is_unit(self, name: str) -> bool:
        """True for an entry: of those that could be, the first one tells the prefix of all."""
        prefix, _, kind = name.lower().rpartition(":")
        if kind not in _UNITS:
            return False
        if self._prefix is None:
            self._prefix = prefix
        return prefix == self._prefix

    def _pass_over(self, kind: str) -> None:
        """A tag that nothing comes of still ends a line for a reader, unless it is of those that do not."""
        self.parts.append("" if kind in INLINE else "\n")

    def _close(self, depth: int) -> None:
        """End all but the first `depth` elements, none of which has an end of its own."""
        while len(self._open) > depth:
            name, following = self._open.pop()
            self._named[name.lower()] -= 1
            self.parts[self._places[-1 if self._is_unit(name) else following]] += f"</{name}>"


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _regular(attributes: str) -> str:
    """Attributes as XML writes them: quoted, each once."""
    found = _ATTRIBUTE.findall(attributes)
    kept: dict[str, str] = {}
    for name, double, single, bare in found:
        kept.setdefault(name, double or single or bare)
    if len(kept) == len(found) and _REGULAR.fullmatch(attributes):
        return attributes
    return "".join(f' {name}="{value.replace("<", "&lt;").replace('"', "&quot;")}"' for name, value in kept.items())
