"""What shows that a name is another person's, a place's, or only a part of a longer one.

Each answers with the reason, or with an empty string.
"""

from __future__ import annotations

from vigie.judge.forms import PARTICLES, TITLES
from vigie.judge.lexicon import first_names, words_of
from vigie.judge.names import Names
from vigie.judge.reading import APOSTROPHES, Reading
from vigie.judge.roles import ARTICLES, role_at
from vigie.judge.sounds import alike

_OTHER_TITLES = frozenset(
    {
        "maitre", "pere", "abbe", "frere", "soeur", "saint", "sainte", "commandant", "lieutenant", "sergent",
        "adjudant", "amiral",
    }
)  # fmt: skip
_KEPT_APART = frozenset(
    {
        "et", "ou", "ni", "par", "avec", "chez", "pour", "sur", "dans", "que", "qui", "quand", "mais", "donc", "or",
        "car", "si",
    }
)  # fmt: skip
"""Small words that can stand, with a capital, before a name without being a first name."""
_HYPHENS = ("-", "\u2010", "\u2011")


def other_first_name(reading: Reading, names: Names, at: int, after: int) -> str:
    """`other_name` when somebody else's first name or initial stands beside the last name."""
    own = {word for form in names.first for word in form} | names.initials | names.words
    if at and not reading.pauses(at):
        word = reading.words[at - 1]
        if len(word) == 1 and word not in own and word != "m" and reading.initial(at - 1):
            return "other_name"
        if word in first_names() and word not in own and word not in names.places and not _town_word(names, word):
            return "other_name"
        if _unknown_first_name(reading, names, at - 1, own):
            return "other_name"
    if after < len(reading) and reading.gap(after).strip() in ("", "(") and not reading.breaks(after):
        word = reading.words[after]
        titled = at > 0 and reading.words[at - 1] in TITLES
        listed = titled or reading.shouted(at) or reading.pauses(at)
        if (
            word in first_names()
            and word not in own
            and listed
            and reading.capital(after)
            and not _town_word(names, word)
        ):
            return "other_name"
    return ""


def _town_word(names: Names, word: str) -> bool:
    return word in names.town_words


def _unknown_first_name(reading: Reading, names: Names, at: int, own: set[str]) -> bool:
    """A capitalised word between a title, or the middle of a sentence, and the last name: `Dr Wilfried Martin`."""
    word = reading.words[at]
    if word in own or word in TITLES or word in PARTICLES or word in _KEPT_APART or word in ARTICLES or len(word) < 3:
        return False
    if (
        not reading.capital(at)
        or reading.shouted(at)
        or word in names.places
        or any(word in form for form in names.practices)
    ):
        return False
    if role_at(reading, at, names)[0] or words_of("medical").has(word) or _town_word(names, word):
        return False
    return at > 0 and not reading.breaks(at) and (reading.words[at - 1] in TITLES or not reading.pauses(at))


def compound(reading: Reading, names: Names, first: int, after: int) -> str:
    """`Saint-Cyr-sur-Loire`, `Le Martin`, `La Tour d'Orgeval`: the name is only a part of another one."""
    hyphened = after < len(reading) and reading.gap(after) in _HYPHENS and not _theirs(names, reading.words[after])
    prefixed = first > 0 and reading.gap(first) in _HYPHENS and not _theirs(names, reading.words[first - 1])
    if hyphened or prefixed or _of_somewhere(reading, names, after) or _with_article(reading, first):
        return "other_name"
    return ""


def _theirs(names: Names, word: str) -> bool:
    """One of their names, or one misspelt."""
    own = names.words.union(*names.first)
    return word in own or any(alike(word, known) for known in own)


def _of_somewhere(reading: Reading, names: Names, after: int) -> bool:
    """`d'` and a capital follow: `La Tour d'Orgeval`, but not `Martin d'Avignon` for somebody of Avignon."""
    return (
        after + 1 < len(reading)
        and reading.words[after] == "d"
        and reading.gap(after) == " "
        and reading.gap(after + 1) in APOSTROPHES
        and reading.capital(after + 1)
        and not _town_word(names, reading.words[after + 1])
    )


def _with_article(reading: Reading, first: int) -> bool:
    """A capitalised article within a sentence belongs to the name: `chez Le Martin`."""
    return (
        first > 1
        and reading.words[first - 1] in ("le", "la", "les")
        and reading.gap(first) == " "
        and reading.capital(first - 1)
        and not reading.shouted(first)
        and not reading.breaks(first - 1)
        and not reading.pauses(first - 1)
    )


def place(reading: Reading, first: int) -> str:
    """`rue du Docteur Roux`, `hôpital Bichat`: a place or a thing that bears the name."""
    for at in range(first - 1, reading.left(first, 3) - 1, -1):
        word = reading.words[at]
        if words_of("places").has(word):
            return "place"
        if word not in PARTICLES and word not in TITLES:
            return ""
    return ""


def other_title(reading: Reading, first: int) -> str:
    if first and not reading.breaks(first):
        word = reading.words[first - 1]
        if word in _OTHER_TITLES or (word == "me" and reading.capital(first - 1) and not reading.breaks(first - 1)):
            return "other_name"
    return ""
