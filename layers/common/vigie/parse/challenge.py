"""Pages that answer 200 and show nothing: bot challenges, captchas, shells that only a browser fills.

Told apart so that "could not look" is never "nothing there" (invariant I12). Vigie does not try to get past them.
"""

from __future__ import annotations

import re

_HEAD = 60_000
"""Characters looked at: challenges are small, and what is large holds something to read."""

_MARKS = re.compile(
    r"cdn-cgi/challenge-platform|cf-browser-verification|cf[-_]chl[-_]|__cf_chl|challenges\.cloudflare\.com/turnstile"
    r"|<title>\s*(?:just a moment|attention required|one moment, please|un instant|checking your browser|ddos-guard"
    r"|access denied|accès refusé|are you (?:a )?(?:human|robot)|êtes-vous un (?:humain|robot)|robot check|captcha"
    r"|security check|vérification de sécurité|pardon our interruption|bot verification|human verification"
    r"|making sure you(?:'|&#39;|’)re not a bot)"
    r"|captcha-delivery\.com|geo\.captcha|_incapsula_resource|incapsula incident|perimeterx|px-captcha|awswaf"
    r"|aws-waf-token|distil_r_captcha|/\.within\.website/x/cmd/anubis|anubis_challenge|ak_bmsc.{0,40}challenge"
    r"|sucuri_cloudproxy_js|please (?:complete|solve) the (?:security check|captcha)"
    r"|prove (?:that )?you(?:'|&#39;|’)?re (?:not a robot|human)"
    r"|unusual traffic from your|trafic exceptionnel|verify (?:that )?you are (?:a )?human"
    r"|vérifie[zr] que vous (?:êtes|n'êtes)",
    re.IGNORECASE,
)
_CAPTCHA = re.compile(
    r"g-recaptcha|h-captcha|hcaptcha\.com/1/api|recaptcha/api\.js|cf-turnstile|\bcaptcha\b", re.IGNORECASE
)
_WRITING = re.compile(r"<textarea\b(?![^<>]{0,200}captcha)", re.IGNORECASE)
"""A form in which something is written: its captcha guards what is sent, not what is read."""

_SCRIPTS = re.compile(
    r"(?:enable|turn on|activate|requires?|need) (?:javascript|cookies)|javascript (?:is|est|must be|doit être) "
    r"(?:required|requis|disabled|désactivé|enabled|activé)|(?:activer|activez) (?:le )?(?:javascript|cookies)",
    re.IGNORECASE,
)
_OF_A_PART = re.compile(
    r"(?:enable|turn on|activate|activer|activez) (?:le )?javascript (?:(?:in order )?to|pour) [^<>]{0,40}"
    r"(?:<a\b[^<>]{0,200}>)?[^<>]{0,20}(?:comment|discussion|map\b|carte\b|vid[ée]o)[^<>]{0,80}",
    re.IGNORECASE,
)
"""Disqus and the like say so in `<noscript>` of what they add to a page, which is there without it."""

_SHORT = 500
"""Characters of text under which a page that speaks of captchas or JavaScript shows nothing else."""


def is_challenge(html: str, text: str) -> bool:
    """True when `html`, whose readable text is `text`, stands between a reader and the page.

    A comment form protected by a captcha is not a challenge: there is something to read around it.
    """
    head = html[:_HEAD]
    if len(text) < 4 * _SHORT and _MARKS.search(head):
        return True
    if len(text) >= _SHORT:
        return False
    if _CAPTCHA.search(head) and not _WRITING.search(head):
        return True
    return _SCRIPTS.search(_OF_A_PART.sub("", head)) is not None
