"""What sites call the parts of a message: who wrote it, what they wrote, its heading, and what stands around.

Words first, as they are used in classes and identifiers everywhere; then what single programs say (phpBB, SMF,
vBulletin, XenForo, MyBB, Invision, Discourse, Disqus, Blogger, SPIP).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Attributes = Mapping[str, str | None]

_AUTHOR = re.compile(
    r"(?!(?:by|has|is|no|with)-)(?:[a-z]+[_-]{1,2})?(?:auteur|author|byline|commenter|creator|fn|nickname|poster"
    r"|pseudo(?:nyme)?|reviewer|user-?name)(?:[_-]{1,2}(?:block|details|info(?:rmation)?|link|name|nom))?"
    r"|bigusername|cauthorpane(?:_author|_mobile)?|ipscomment_author|messcase1|message-(?:name|user)"
    r"|messageuser(?:block|info)|post-?profile|postuser(?:-name)?|(?:[a-z]+-)?user-?info|user_info"
)
_PROFILE = re.compile(
    r"(?:^|/)(?:(?:auteurs?|author|by|members?|membres?|profil(?:es?|s)?|users?|utilisateurs?|u)/[^/?#]|u\d+(?:[-/?#]|$))"
    r"|(?:find-?user|member|membre|profil(?:e|ebdd)?|user(?:info)?)\.php\?(?!.*(?:log-?in|register|lost))"
    r"|(?:action|mode)=(?:profile|viewprofile|finduser)",
    re.IGNORECASE,
)
"""Addresses of what sites tell of a member."""

_NAME = re.compile(r"(?:client|customer|member|membre|name|nom|patient|user|visitor)")

_OF = r"(?:answer|avis|comments?|commentaires?|entry|forum|message|msg|post|reply|review|temoignage|testimonial)"
_WORDS = r"(?:body|contenu|content|description|message|msg|text|texte)"
_BODY = re.compile(
    rf"(?:{_OF}[_-]{{0,2}})?(?:body|contenu|content|msg|text|texte)|{_OF}[_-]{{1,2}}(?:description|message)"
    r"|bbwrapper|commentcontent|js-post__content-text|para\d+|post[_-]message[_-]\d+|postcontent|usertext-body"
)
_BODY_PROPERTIES = frozenset({"articlebody", "commenttext", "description", "reviewbody", "text"})
_SOFT = re.compile(rf"(?:[a-z0-9]+[_-]{{1,2}}){{1,2}}{_WORDS}|comment|commentaire")

_ELSEWHERE = re.compile(
    r"(?:[a-z]+[_-]{1,2})?(?:confreres?|(?:a-)?(?:lire|voir)-aussi|recommended|related|similar|similaires?|suggested)"
    r"(?:[_-]{1,2}[a-z]+)?"
)
_QUOTE = re.compile(r"(?:[a-z]+[_-]{1,2})?(?:citation|quote|quoted)(?:[_-]{1,2}[a-z]+)?|bbcodeblock--quote|oldcitation")

_TITLE = re.compile(r"(?!(?:member|user)[_-]?)(?:[a-z]+[_-]{1,2})?(?:headline|subject|subject_title|sujet|title|titre)")
_META = re.compile(
    r"(?:[a-z]+[_-]{1,2}){0,2}(?:actionbar|actions?|attribution|badges?|buttons?|byline|controls?|count|counter|date"
    r"|dates|datetime|dtreviewed|edited|foot|footer|head|header|helpful|infos?|info-publi|keyinfo|likes?|meta|metadata"
    r"|modified|notice|permalink|position|posted|rank|rating|reactions?|reactionsbar|reply|says|stars?|stats|time"
    r"|timeago|timestamp|toolbar|tools?|utile|votes?|when)"
    r"|commentmetadata|messagemeta|moderatorbar|postdate|postdetails|postfoot|posthead|under_message"
)
_ASIDE = re.compile(
    r"(?:[a-z]+[_-]{1,2})?signature(?:container|_div)?|lastedited|membersignature|post(?:edit|signature)"
)


def property_of(attributes: Attributes) -> str:
    """What microdata or RDFa says an element is, in lower case and without prefix."""
    told = attributes and (attributes.get("itemprop") or attributes.get("property"))
    return told.strip().lower().rpartition(":")[2] if told else ""


def is_quote(tag: str, names: Sequence[str]) -> bool:
    """An element holds what somebody else wrote before."""
    return tag in ("blockquote", "q") or any(map(_QUOTE.fullmatch, names))


def is_elsewhere(names: Sequence[str]) -> bool:
    """An element holds what is about something else than its page."""
    return any(map(_ELSEWHERE.fullmatch, names))


def is_profile(address: str) -> bool:
    """True for the address of what a site tells of a member."""
    return _PROFILE.search(address) is not None


def says_author(names: Sequence[str], attributes: Attributes) -> bool:
    """An element says who wrote something."""
    told = property_of(attributes) == "author" or attributes.get("rel") == "author"
    return told or any(map(_AUTHOR.fullmatch, names))


def says_name(tag: str, names: Sequence[str]) -> bool:
    """An element may say so: it is a name, perhaps of somebody else."""
    return tag == "cite" or any(map(_NAME.fullmatch, names))


def says_body(names: Sequence[str], attributes: Attributes) -> bool:
    """An element is what somebody wrote."""
    return property_of(attributes) in _BODY_PROPERTIES or any(map(_BODY.fullmatch, names))


def says_soft(names: Sequence[str]) -> bool:
    """An element may be what somebody wrote: or the words on a button."""
    return any(map(_SOFT.fullmatch, names))


def says_title(names: Sequence[str], attributes: Attributes) -> bool:
    """An element heads a message."""
    return property_of(attributes) == "headline" or any(map(_TITLE.fullmatch, names))


def says_meta(names: Sequence[str]) -> bool:
    """An element holds dates, counters or buttons."""
    return any(map(_META.fullmatch, names))


def says_aside(names: Sequence[str]) -> bool:
    """An element is no part of a message, though it may be called so too: `<p class="postcontent lastedited">`."""
    return any(map(_ASIDE.fullmatch, names))


def is_written(attributes: Attributes) -> bool:
    """Microdata says that an element is what somebody wrote."""
    return property_of(attributes) in _BODY_PROPERTIES
