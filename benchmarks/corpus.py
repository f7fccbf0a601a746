"""Synthetic feeds, the same for the same seed: 50 items and about 47 KB each, in French, as the web serves them.

60 % are RSS 2.0 (half with CDATA, half with escaped markup), 40 % Atom. Nothing of it is kept in the repository.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

SEED = 20261123
ITEMS = 50
_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_STEMS = """
accueil agenda annonce après avis bâtiment cabinet centre château commune conseil consultation délai dermatologie
dossier école élève équipe été évènement façade fête forêt habitant hôpital journée maison maire médecin mémoire niveau
œuvre patient place praticien presse projet quartier réunion rue saison salle santé séance secrétariat service soirée
soin suivi tarif théâtre travaux urgence vaccin village ville visite voisin
"""
_LINKS = "le la les un une des du de à au aux et ou mais dans par pour sur avec sans très plus moins qui que"
_FIRST_NAMES = "Aurore Basile Capucine Élodie Firmin Gaëlle Hippolyte Inès Joël Léonie Maël Noémie Odilon Zoé"
_LAST_NAMES = "Aubriot-Lesne Brindavel Corvaisieux Daunevert Estremont Fauquembert Grillantier Hauteclave Morvantel"
_STEM, _SMALL, _FIRST, _LAST = (words.split() for words in (_STEMS, _LINKS, _FIRST_NAMES, _LAST_NAMES))


def feeds(count: int, seed: int = SEED) -> Iterator[bytes]:
    """`count` feeds as a server would send them, in UTF-8."""
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        shape = rng.random()
        yield (_atom(rng, number) if shape > 0.6 else _rss(rng, number, cdata=shape < 0.3)).encode()


def _rss(rng: random.Random, number: int, *, cdata: bool) -> str:
    site = f"https://journal-{number}.example"
    items = []
    for at in range(ITEMS):
        html = _html(rng)
        body = f"<![CDATA[{html}]]>" if cdata else escape(html)
        date = format_datetime(_NOW - timedelta(hours=at * 7, minutes=rng.randrange(60)))
        items.append(
            f"<item>\n<title>{escape(_title(rng))}</title>\n<link>{site}/{at}/{rng.randrange(10**6)}</link>\n"
            f'<guid isPermaLink="false">{site}/?p={at}</guid>\n<pubDate>{date}</pubDate>\n'
            f"<dc:creator><![CDATA[{rng.choice(_FIRST)}]]></dc:creator>\n<category>Vie locale</category>\n"
            f"<description>{body}</description>\n</item>\n"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"<channel><title>Journal {number}</title><link>{site}/</link><description>Actualité</description>\n"
        f"{''.join(items)}</channel></rss>"
    )


def _atom(rng: random.Random, number: int) -> str:
    site = f"https://blogue-{number}.example"
    entries = []
    for at in range(ITEMS):
        date = (_NOW - timedelta(hours=at * 7, minutes=rng.randrange(60))).isoformat()
        entries.append(
            f'<entry>\n<title type="html">{escape(escape(_title(rng)))}</title>\n<id>tag:{site[8:]},2026:{at}</id>\n'
            f'<link rel="alternate" type="text/html" href="{site}/{at}/{rng.randrange(10**6)}"/>\n'
            f"<published>{date}</published><updated>{date}</updated>\n<author><name>{rng.choice(_FIRST)}</name></author>\n"
            f'<content type="html">{escape(_html(rng))}</content>\n</entry>\n'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f'<title>Blogue {number}</title><id>tag:{site[8:]},2026:/</id><link href="{site}/"/>'
        f'<link rel="self" href="{site}/feed"/><updated>{_NOW.isoformat()}</updated>\n{"".join(entries)}</feed>'
    )


def _title(rng: random.Random) -> str:
    return _words(rng, rng.randrange(4, 9)).capitalize()


def _html(rng: random.Random) -> str:
    paragraphs = []
    for _ in range(rng.randrange(2, 4)):
        words = _words(rng, rng.randrange(22, 40))
        if rng.random() < 0.5:
            words += f' <a href="https://lien.example/{rng.randrange(999)}">{_words(rng, 2)}</a>'
        if rng.random() < 0.3:
            words += f" & <strong>{rng.choice(_FIRST)} {rng.choice(_LAST)}</strong>"
        paragraphs.append(f"<p>{words[0].upper()}{words[1:]}.</p>")
    return "\n".join(paragraphs)


def _words(rng: random.Random, count: int) -> str:
    return " ".join(rng.choice(_SMALL if at % 2 else _STEM) for at in range(count))
