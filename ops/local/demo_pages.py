"""How the demo web looks: an RSS blog with comments, a forum in Atom and HTML, a page of reviews."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from ops.local.demo_script import PRACTICES, THREADS, Post

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"

_STYLE = """
:root{color-scheme:light dark;--ink:#22302b;--soft:#5d6b66;--line:#dfe5e1;--paper:#fbfaf7;--accent:#2f6f5e}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebe8;--soft:#9fb0a9;--line:#33403b;--paper:#16201c;--accent:#7cc4ae}}
*{box-sizing:border-box}body{margin:0;font:1.05rem/1.6 Georgia,serif;color:var(--ink);background:var(--paper)}
header,main,footer{max-width:42rem;margin:0 auto;padding:1.25rem}
header{border-bottom:2px solid var(--accent)}nav a{margin-right:1rem}a{color:var(--accent)}
h1{margin:.2rem 0;font-size:1.6rem}h2{font-size:1.2rem;margin:1.6rem 0 .4rem}
article{border-bottom:1px solid var(--line);padding:1rem 0}article p{margin:.3rem 0}
.by{color:var(--soft);font-size:.9rem}footer{color:var(--soft);font-size:.85rem}
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A post that has appeared, and when."""

    post: Post
    at: datetime


def blog_feed(base: str, shown: Sequence[Shown]) -> bytes:
    """Articles, RSS 2.0."""
    return _rss("Le carnet de Nora", f"{base}blog/", [(s, s.post.title, _article_url(base, s.post)) for s in shown])


def comments_feed(base: str, shown: Sequence[Shown], titles: dict[str, str]) -> bytes:
    """Comments, RSS 2.0, titled as blogs do: `Commentaires sur X par Y`."""
    entries = [
        (
            s,
            f"Commentaires sur {titles[s.post.thread]} par {s.post.author}",
            f"{_article_url(base, s.post)}#{s.post.key}",
        )
        for s in shown
    ]
    return _rss("Commentaires pour Le carnet de Nora", f"{base}blog/", entries)


def forum_feed(base: str, shown: Sequence[Shown]) -> bytes:
    """The last messages of all threads, Atom (RFC 4287)."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": "fr"})
    SubElement(feed, "title").text = "Forum des voisins : derniers messages"
    SubElement(feed, "id").text = f"{base}forum/"
    SubElement(feed, "updated").text = _iso(shown[0].at)
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{base}forum/atom.xml")
    SubElement(feed, "link", rel="alternate", type="text/html", href=f"{base}forum/")
    for s in shown:
        entry = SubElement(feed, "entry")
        SubElement(entry, "title").text = f"Re: {THREADS[s.post.thread]}"
        SubElement(entry, "id").text = f"tag:voisins.example,2026:{s.post.key}"
        SubElement(entry, "link", rel="alternate", type="text/html", href=_message_url(base, s.post))
        SubElement(entry, "published").text = _iso(s.at)
        SubElement(entry, "updated").text = _iso(s.at)
        SubElement(SubElement(entry, "author"), "name").text = s.post.author
        SubElement(entry, "content", type="html").text = f"<p>{escape(s.post.text)}</p>"
    return _xml(feed)


def _rss(title: str, link: str, entries: Iterable[tuple[Shown, str, str]]) -> bytes:
    rss = Element("rss", {"version": "2.0", "xmlns:dc": DC})
    channel = SubElement(rss, "channel")
    for name, text in (("title", title), ("link", link), ("description", title), ("language", "fr")):
        SubElement(channel, name).text = text
    for s, heading, url in entries:
        item = SubElement(channel, "item")
        SubElement(item, "title").text = heading
        SubElement(item, "link").text = url
        SubElement(item, "guid", isPermaLink="true").text = url
        SubElement(item, "pubDate").text = format_datetime(s.at)
        SubElement(item, "dc:creator").text = s.post.author
        SubElement(item, "description").text = f"<p>{escape(s.post.text)}</p>"
    return _xml(rss)


def home(base: str) -> bytes:
    body = (
        "<h1>Le petit web de démonstration</h1><p>Quatre sites inventés, où l'on parle de deux praticiens inventés. "
        "De nouveaux messages paraissent pendant que vous regardez.</p>"
        f'<ul><li><a href="{base}blog/">Le carnet de Nora</a>, un blog et ses commentaires</li>'
        f'<li><a href="{base}forum/">Forum des voisins</a></li>'
        f'<li><a href="{base}avis/">Avis sur les cabinets</a></li>'
        f'<li><a href="{base}gazette/">La Gazette des deux rives</a>, qu\'une recherche trouve aussi</li></ul>'
    )
    return _page(base, "Démonstration", body)


def blog(base: str, articles: Sequence[Shown], comments: Sequence[Shown]) -> bytes:
    parts = ["<h1>Le carnet de Nora</h1>"]
    for article in articles:
        own = [c for c in comments if c.post.thread == article.post.thread]
        parts.append(f'<h2><a href="{_article_url(base, article.post)}">{escape(article.post.title)}</a></h2>')
        parts.append(_block(article, f"{len(own)} commentaire{'s' if len(own) > 1 else ''}"))
    return _page(base, "Le carnet de Nora", "".join(parts), feed=f"{base}blog/feed.xml")


def article(base: str, shown: Shown, comments: Sequence[Shown]) -> bytes:
    said = "".join(_block(c) for c in comments) or "<p>Aucun commentaire pour l'instant.</p>"
    body = f"<h1>{escape(shown.post.title)}</h1>{_block(shown)}<h2>Commentaires</h2>{said}"
    return _page(base, shown.post.title, body, feed=f"{base}blog/comments.xml")


def forum(base: str, shown: Sequence[Shown]) -> bytes:
    rows = "".join(
        f'<article><h2><a href="{base}forum/t/{slug}">{escape(title)}</a></h2>'
        f'<p class="by">{sum(s.post.thread == slug for s in shown)} messages</p></article>'
        for slug, title in THREADS.items()
    )
    return _page(base, "Forum des voisins", f"<h1>Forum des voisins</h1>{rows}", feed=f"{base}forum/atom.xml")


def thread(base: str, slug: str, shown: Sequence[Shown]) -> bytes:
    body = f"<h1>{escape(THREADS[slug])}</h1>" + "".join(_block(s) for s in shown)
    return _page(base, THREADS[slug], body, feed=f"{base}forum/atom.xml")


def practices(base: str, shown: Sequence[Shown]) -> bytes:
    rows = "".join(
        f'<article><h2><a href="{base}avis/{slug}">{escape(title)}</a></h2>'
        f'<p class="by">{sum(s.post.thread == slug for s in shown)} avis</p></article>'
        for slug, title in PRACTICES.items()
    )
    return _page(base, "Avis sur les cabinets", f"<h1>Avis sur les cabinets</h1>{rows}")


def reviews(base: str, slug: str, shown: Sequence[Shown]) -> bytes:
    title = PRACTICES[slug]
    return _page(base, f"Avis : {title}", f"<h1>{escape(title)}</h1>" + "".join(_review(s, title) for s in shown))


def gazette(base: str, shown: Sequence[Shown]) -> bytes:
    rows = "".join(
        f'<article><h2><a href="{press_url(base, s.post)}">{escape(s.post.title)}</a></h2>'
        f'<p class="by">{_time(s)}</p></article>'
        for s in shown
    )
    return _page(base, "La Gazette des deux rives", f"<h1>La Gazette des deux rives</h1>{rows}")


def press(base: str, shown: Shown) -> bytes:
    return _page(base, shown.post.title, f"<h1>{escape(shown.post.title)}</h1>{_block(shown)}")


def sitemap(base: str, shown: Sequence[Shown]) -> bytes:
    """What the Gazette tells search engines of its articles of the last days."""
    urls = "".join(
        f"<url><loc>{press_url(base, s.post)}</loc><news:news><news:publication><news:name>La Gazette</news:name>"
        f"<news:language>fr</news:language></news:publication><news:publication_date>{told_at(s)}"
        f"</news:publication_date><news:title>{escape(s.post.title)}</news:title></news:news></url>"
        for s in shown
    )
    spaces = f'xmlns="{SITEMAP}" xmlns:news="{NEWS}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {spaces}>{urls}</urlset>'.encode()


def place(shown: Shown) -> str:
    """The folder of an article that a search finds."""
    return "gazette" if shown.post.place == "press" else "web"


def press_url(base: str, post: Post) -> str:
    """Where an article of the Gazette is, or a page that is nobody's feed."""
    return f"{base}{'gazette' if post.place == 'press' else 'web'}/{post.thread}"


def told_at(shown: Shown) -> str:
    """When it appeared, in UTC."""
    return _iso(shown.at)


def _review(s: Shown, practice: str) -> str:
    stars = s.post.rating or 0
    return (
        f'<article id="{s.post.key}" itemscope itemtype="https://schema.org/Review">'
        f'<meta itemprop="itemReviewed" content="{escape(practice)}">'
        f'<p class="by"><span itemprop="author">{escape(s.post.author)}</span>, '
        f'<span itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">'
        f'<meta itemprop="ratingValue" content="{stars}"><meta itemprop="bestRating" content="5">'
        f'<span aria-label="{stars} étoiles sur 5">{"★" * stars}{"☆" * (5 - stars)}</span></span>, {_time(s)}</p>'
        f'<p itemprop="reviewBody">{escape(s.post.text)}</p></article>'
    )


def _block(s: Shown, more: str = "") -> str:
    tail = f" · {more}" if more else ""
    return (
        f'<article id="{s.post.key}"><p class="by">{escape(s.post.author)}, {_time(s)}{tail}</p>'
        f"<p>{escape(s.post.text)}</p></article>"
    )


def _time(s: Shown) -> str:
    return f'<time datetime="{_iso(s.at)}">le {s.at:%d/%m/%Y à %H:%M} UTC</time>'


def _page(base: str, title: str, body: str, feed: str = "") -> bytes:
    sort = "atom" if feed.endswith("atom.xml") else "rss"
    link = f'<link rel="alternate" type="application/{sort}+xml" href="{feed}">' if feed else ""
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="15">'
        f'{link}<style>{_STYLE}</style></head><body><header><nav aria-label="Sites"><a href="{base}">Démo</a>'
        f'<a href="{base}blog/">Blog</a><a href="{base}forum/">Forum</a><a href="{base}avis/">Avis</a>'
        f'<a href="{base}gazette/">Gazette</a></nav></header>'
        f"<main>{body}</main><footer>Site de démonstration : tout y est inventé.</footer></body></html>"
    ).encode()


def _article_url(base: str, post: Post) -> str:
    return f"{base}blog/{post.thread}"


def _message_url(base: str, post: Post) -> str:
    return f"{base}forum/t/{post.thread}#{post.key}"


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _xml(root: Element) -> bytes:
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body
