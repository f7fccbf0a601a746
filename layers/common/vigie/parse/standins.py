"""What sites serve with a 200 in the place of a page: a login, an error, a cookie wall, a page that is gone.

Told apart so that "could not look" is never "nothing new" (invariant I12). A page where somebody is seen to say
something is none of these, whatever box it has in its header; neither is one that says much else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from vigie.model import OutcomeKind
from vigie.parse.blocks import Block
from vigie.parse.dom import LexborHTMLParser
from vigie.parse.markup import UNREAD, cleaned, line
from vigie.parse.notices import ASKS, HEADED, SAID, StandIn

_LONG, _MUCH = 1_500, 400
"""Characters beyond which a page is one; and those it may hold beside what tells that it is not."""

_SEGMENTS = re.compile(r"\s+(?:[|»«•·–—/‹-]|::)\s+|\s*[|»«•]\s*")


_COOKIES = re.compile(
    r"cookies?\b|traceurs|consent|vie privée|partenaires|données (?:personnelles|à caractère)|privacy|personnalis"
    r"|(?:tout )?(?:accepter|refuser)|(?:accept|reject) all|paramétrer|continuer sans",
    re.IGNORECASE,
)
_LOADING = re.compile(
    r"^\W*(?:(?:chargement|loading)(?: (?:en cours|de .{1,30}|the .{1,30}))?|initialisation|please wait"
    r"|(?:veuillez )?patiente[rz](?: .{1,30})?|un (?:instant|moment)(?: .{1,30})?|one moment(?:,? please)?"
    r"|(?:\{\{.{1,80}?\}\}\s*)+)?\W*$",
    re.IGNORECASE,
)
_MOUNTS = "#root, #app, #__next, #__nuxt, #react-root, #q-app, #svelte, #ember-app, app-root"
"""Elements that single-page applications fill."""

_LITTLE, _WALL = 40, 120
"""Letters that may stand beside what fills a page that holds nothing, a slogan; and those of a wall of cookies."""

_LOGIN_WORDS = re.compile(
    r"(?:connexion|connecter|identifi|inscri|mot de passe|pseudo|utilisateur|log[ -]?in|sign[ -]?(?:in|up)|register"
    r"|password|username|e-?mail|se souvenir|remember me|oublié|forgot)",
    re.IGNORECASE,
)
_CORNERS = frozenset({"header", "nav", "aside", "footer"})

_ENTRANCE = re.compile(
    r"(?:^|[/?&=._-])(?:auth|authentification|captcha|challenge|connexion|consent|identification|log-?in|maintenance"
    r"|sign-?in|sso)(?:[/?&=._-]|\d*$)",
    re.IGNORECASE,
)
_NOWHERE = re.compile(
    r"/(?:40[34]|410|erreur|error|not-?found|page-(?:introuvable|non-trouvee))(?:[/.?]|$)", re.IGNORECASE
)


def stand_in(tree: LexborHTMLParser, blocks: Sequence[Block]) -> StandIn | None:
    """What a page made of `blocks` stands for; None when it is one."""
    cards = [block for block in blocks if block.sort not in ("row", "text")]
    if len(cards) > 1 or any(block.said for block in blocks if not block.marked or block.marked[0].signs):
        return None
    lines = [part for block in blocks for part in map(line, block.told().split("\n")) if part]
    if sum(map(len, lines)) > _LONG:
        return None
    heads = _heads(tree)
    for sort in SAID:
        rest = [part for part in lines if not sort.says.search(part)]
        if len(rest) < len(lines) and sum(map(len, rest)) <= _MUCH:
            return sort.stands
    for sort in HEADED:
        if any(map(sort.heads.fullmatch, heads)):
            return sort.stands
    alone = all(block.sort == "text" for block in blocks)
    return _empty(tree, [part for part in lines if part.strip(_STOPS) not in heads], alone=alone)


def led_astray(asked: str, landed: str) -> StandIn | None:
    """Where redirects from `asked` led that is not the page: a login, an error, the front page of the site."""
    if asked == landed:
        return None
    there, here = urlsplit(landed), urlsplit(asked)
    where, origin = f"{there.hostname}{there.path}?{there.query}", f"{here.hostname}{here.path}?{here.query}"
    if _ENTRANCE.search(where) and not _ENTRANCE.search(origin):
        return StandIn(OutcomeKind.BLOCKED, "led to a login")
    if _NOWHERE.search(where) and not _NOWHERE.search(origin):
        return StandIn(OutcomeKind.GONE, "led to an error page")
    deep = bool(here.query) or here.path.strip("/").count("/") > 0
    if deep and there.path.strip("/") == "" and not there.query and _site(here.hostname) == _site(there.hostname):
        return StandIn(OutcomeKind.GONE, "led to the front page")
    return None


def _site(host: str | None) -> str:
    return (host or "").removeprefix("www.")


_STOPS = " .!…"


def _heads(tree: LexborHTMLParser) -> list[str]:
    """The title of a page and its main heading, whole and in parts."""
    nodes = (tree.css_first("title"), tree.css_first("h1") or tree.css_first("h2"))
    wholes = [line(cleaned(node.text())) for node in nodes if node]
    parts = [part for whole in wholes for part in _SEGMENTS.split(whole)]
    return [head for part in dict.fromkeys([*wholes, *parts]) if (head := part.strip(_STOPS))]


def _empty(tree: LexborHTMLParser, lines: list[str], *, alone: bool) -> StandIn | None:
    """An application that scripts were to fill, a wall of cookies, a form to log in: nothing else is there."""
    if (lines and not _letters(lines, _LOADING)) or _is_shell(tree, lines):
        return StandIn(OutcomeKind.BLOCKED, "a page that scripts fill")
    others = _letters(lines, _COOKIES)
    letters = _letters(lines)
    if letters and others < _LITTLE and (not others or letters >= _WALL):
        return StandIn(OutcomeKind.BLOCKED, "a wall of cookies")
    if alone and _letters(lines, _LOGIN_WORDS) < _LITTLE and _asks_in_the_middle(tree):
        return ASKS.stands
    return None


def _is_shell(tree: LexborHTMLParser, lines: list[str]) -> bool:
    mount = tree.css_first(_MOUNTS)
    if mount is None or tree.css_first("script") is None or _letters(lines) > _MUCH:
        return False
    texts = (node for node in mount.traverse(include_text=True) if node.is_text_node)
    words = [node.text_content or "" for node in texts if node.parent is None or node.parent.tag not in UNREAD]
    return not _letters(words, _LOADING)


def _asks_in_the_middle(tree: LexborHTMLParser) -> bool:
    """A password is asked for, and not in a corner."""
    asked = tree.css_first("input[type=password]")
    while asked is not None and asked.tag not in _CORNERS:
        asked = asked.parent
        if asked is None or asked.tag == "body":
            return True
    return False


def _letters(lines: Iterable[str], but: re.Pattern[str] | None = None) -> int:
    """How many letters there are in lines that do not speak of something."""
    return sum(sum(map(str.isalpha, part)) for part in lines if not (but and but.search(part)))
