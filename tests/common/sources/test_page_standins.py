"""What is served with a 200 in the place of a page is told from it; and what only looks so is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.common.sources.pages import PROSE, read
from tests.common.sources.reading import items_of
from vigie import registry, sources
from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import OutcomeKind, Source

BLOCKED, GONE = OutcomeKind.BLOCKED, OutcomeKind.GONE
CASES = Path(__file__).parent / "cases" / "standins"
"""A folder for each outcome: what programs and sites serve for it; in `page`, pages that only look so."""

FILES = sorted(CASES.glob("*/*.html"))


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(CASES)) for path in FILES])
def test_what_stands_in_for_a_page_is_told_by_its_name_and_what_only_looks_so_is_read(path: Path) -> None:
    if path.parent.name == "page":
        assert items_of("page", path.read_bytes())
        return
    with pytest.raises(SourceError) as caught:
        items_of("page", path.read_bytes())
    assert path.parent.name == caught.value.outcome.value


ASKED = "https://site.example/avis/dr-morvantel"


@pytest.mark.parametrize(
    ("landed", "outcome"),
    [
        ("https://site.example/login?next=/avis/dr-morvantel", BLOCKED),
        ("https://site.example/ucp.php?mode=login", BLOCKED),
        ("https://site.example/connexion", BLOCKED),
        ("https://sso.site.example/", BLOCKED),
        ("https://consent.site.example/m?continue=x", BLOCKED),
        ("https://site.example/maintenance.html", BLOCKED),
        ("https://site.example/404", GONE),
        ("https://site.example/erreur?c=1", GONE),
        ("https://site.example/", GONE),
        ("https://www.site.example/", GONE),
        ("https://site.example/avis/dr-morvantel-2", None),
        ("https://avis.site.example/", None),
        ("https://site.example/avis/dr-morvantel?page=1", None),
    ],
)
def test_a_detour_is_not_the_page_whatever_it_says(landed: str, outcome: OutcomeKind | None) -> None:
    source = Source("s1", "page", {"url": ASKED}, 60, "site.example")
    body = b"<h1>Bienvenue</h1><p>Nos conseils pour la rentree.</p>"
    read = registry.load(sources, "page").read
    if outcome is None:
        assert read(source, Response(200, landed, {}, body)).items
        return
    with pytest.raises(SourceError) as caught:
        read(source, Response(200, landed, {}, body))
    assert outcome is caught.value.outcome


def test_a_front_page_that_is_watched_is_read() -> None:
    for asked in ("https://site.example/accueil", "https://site.example/index.html", "http://site.example/"):
        source = Source("s1", "page", {"url": asked}, 60, "site.example")
        answer = Response(200, "https://www.site.example/", {}, b"<p>Nos conseils pour la rentree.</p>")
        assert registry.load(sources, "page").read(source, answer).items


CHALLENGES = [
    "<title>Just a moment...</title><div>Checking</div><script src=/cdn-cgi/challenge-platform/x></script>",
    "<title>Attention Required! | Cloudflare</title><p>Please complete the security check to access the site.</p>",
    "<title>Un instant…</title><p>Vérification de sécurité en cours</p>",
    '<script src="https://geo.captcha-delivery.com/captcha/x"></script><p>Vérification</p>',
    "<p>Please enable JavaScript to continue.</p><script src=app.js></script>",
    "<noscript>Vous devez activer JavaScript pour continuer.</noscript><div id=root></div><script src=a.js></script>",
    '<div class="g-recaptcha"></div><p>Êtes-vous un robot ?</p>',
    '<iframe src="/_Incapsula_Resource?x=1"></iframe><p>Request unsuccessful. Incapsula incident ID: 0</p>',
    "<h1>Access denied</h1><title>Access Denied</title><p>You don't have permission. Reference #18.2f</p>",
    '<div id="app"></div><script src="/static/js/main.js"></script>',
]


@pytest.mark.parametrize("body", CHALLENGES)
def test_what_stands_before_a_page_is_blocked_and_not_an_empty_page(body: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(body, "")
    assert OutcomeKind.BLOCKED is caught.value.outcome


def test_a_comment_form_with_a_captcha_hides_nothing() -> None:
    form = '<form><textarea name=c></textarea><div class="g-recaptcha"></div></form><script src="https://www.google.com/recaptcha/api.js"></script>'
    assert 1 == len([i for i in read(PROSE * 9 + form) if "cabinet" in i.text])
    assert ["Elle a menti."] == [i.text for i in read(f"<p>Elle a menti.</p>{form}")]


@pytest.mark.parametrize(
    "noscript",
    [
        'Please enable JavaScript to view the <a href="https://x.example/?ref">comments powered by X.</a>',
        "Veuillez activer JavaScript pour voir les commentaires.",
        "Activez JavaScript pour afficher la carte",
    ],
)
def test_what_needs_scripts_beside_a_short_text_does_not_hide_it(noscript: str) -> None:
    added = f'<div id="thread"></div><script src="/embed.js"></script><noscript>{noscript}</noscript>'
    assert ["Elle a menti."] == [i.text for i in read(f"<p>Elle a menti.</p>{added}")]


@pytest.mark.parametrize(
    "body",
    [b"", b"  \n ", b"%PDF-1.7 ...", b'{"error": "no"}', b"[]", b"\x89PNG\r\n\x1a\n\0\0\0", b"GIF89a\x01\0\x01\0",
     b"<?xml version='1.0'?><rss><channel/></rss>", b"<html><body></body></html>", b"\0" * 500],
)  # fmt: skip
def test_what_holds_nothing_to_read_is_no_empty_success(body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        items_of("page", body)
    assert caught.value.outcome in (OutcomeKind.NOT_A_FEED, OutcomeKind.BLOCKED)


def test_a_meta_refresh_is_not_followed() -> None:
    refresh = '<meta http-equiv="refresh" content="0;url=http://169.254.169.254/latest/">'
    with pytest.raises(SourceError):
        read("", refresh)
    assert 1 == len(read(PROSE, refresh))
