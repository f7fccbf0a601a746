"""What a page says in schema.org's words, however it writes them: things, whose properties are texts or things.

`jsonld` reads them out of scripts, `itemscopes` out of the markup (microdata and RDFa).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MOST_THINGS = 20_000
"""Things of one page that are looked at (invariant I9); a page of two hundred reviews has a thousand."""

_PREFIX = re.compile(r"(?:https?://(?:www\.)?(?:schema\.org|data-vocabulary\.org)/|schema:)?([A-Za-z][\w-]{0,60})")


@dataclass(eq=False, slots=True)
class Thing:
    """One thing: a review, a rating, a practice, a person."""

    types: frozenset[str] = frozenset()
    """Names of its types, in lower case and without prefix."""
    id: str = ""
    """As written: an address, a fragment, or nothing."""
    fragment: str = ""
    """The `id` of its element, by which a link can lead to it."""
    values: dict[str, list[Thing | str]] = field(default_factory=dict)
    """By the name of the property, in lower case and without prefix."""
    loose: str = ""
    """What is written in it and is no property of it."""
    around: Thing | None = None
    """The thing whose element holds its own, whether as a property or not."""

    def add(self, name: str, value: Thing | str) -> None:
        self.values.setdefault(name, []).append(value)

    def told(self, *names: str) -> str:
        """The first text under any of these names, in their order. A thing there tells its name."""
        return next(filter(None, (text for name in names for text in map(said, self.values.get(name, ())))), "")

    def things(self, *names: str) -> list[Thing]:
        return [value for name in names for value in self.values.get(name, ()) if isinstance(value, Thing)]


def said(value: Thing | str) -> str:
    """A value as a text."""
    if isinstance(value, str):
        return value.strip()
    names = [name.strip() for name in value.values.get("name", ()) if isinstance(name, str)]
    return next(filter(None, names), value.loose.strip())


def bare(name: str) -> str:
    """The name of a type or property of schema.org, in lower case and without prefix; empty for any other's."""
    found = _PREFIX.fullmatch(name.strip())
    return found[1].lower() if found else ""
