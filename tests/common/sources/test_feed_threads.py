"""The feed of a thread or of comments: what its entries answer, and of what sort they are."""

from __future__ import annotations

import pytest

from tests.common.sources.feeds import one, read, rss

WORDPRESS = "<title>Commentaires sur : Rencontre avec le Dr Aubin Morvantel</title><link>https://site.example/a</link>"


def test_comments_carry_the_title_of_what_they_answer() -> None:
    """The comment says "il", the article names him."""
    comment = (
        "<title>Par : Zoé</title><link>https://site.example/a#comment-5</link><description>Il m'a ratée.</description>"
    )
    item = one(rss(comment, head=WORDPRESS))
    assert "Rencontre avec le Dr Aubin Morvantel" == item.context


@pytest.mark.parametrize(
    ("head", "entry", "context"),
    [
        ("<title>Comments on: Dr Morvantel</title>", "<title>By: Al</title><guid>1</guid>", "Dr Morvantel"),
        ("<title>Comments for Dr Morvantel</title>", "<title>By: Al</title><guid>1</guid>", "Dr Morvantel"),
        (
            "<title>Dr Morvantel, à fuir ?</title>",
            "<title>Re: Dr Morvantel, à fuir ?</title><guid>1</guid>",
            "Dr Morvantel, à fuir ?",
        ),
        (
            "<title>Dr Morvantel ?</title>",
            "<title>Reply to Dr Morvantel ? on Mon</title><guid>1</guid>",
            "Dr Morvantel ?",
        ),
        ("<title>Le Dr Morvantel</title>", "<title>Comment #2</title><guid>1</guid>", "Le Dr Morvantel"),
        (
            "<title>Suivi: Dr Morvantel ?</title>",
            "<title></title><link>https://site.example/ticket/1#comment:1    </link>",
            "Suivi: Dr Morvantel ?",
        ),
        (
            "<title>Le Dr Morvantel</title>",
            "<title>x</title><link>https://site.example/a#comment-12</link>",
            "Le Dr Morvantel",
        ),
        (
            '<title>"Dr Morvantel" - Actualités</title>',
            "<title>Autre chose</title><link>https://site.example/b</link>",
            "",
        ),
        (
            "<title>Le blog du Dr Morvantel</title>",
            "<title>Le soleil</title><link>https://site.example/b#haut</link>",
            "",
        ),
    ],
)
def test_only_answers_have_a_context(head: str, entry: str, context: str) -> None:
    """A search for a name, or a practitioner's own blog, is no reason to think that every entry is about them."""
    found = one(rss(entry, head=head))
    assert (context, "forum" if context else "web") == (found.context, found.kind)


def test_the_first_post_of_a_thread_is_an_item_though_the_feed_gives_it_as_its_description() -> None:
    head = (
        "<title>Dr Morvantel ?</title><link>https://forum.example/topic/2/dr-morvantel</link>"
        "<description>&lt;p&gt;Que pensez-vous du Dr Morvantel de la rue du Port ?&lt;/p&gt;</description>"
    )
    reply = (
        "<title>Re: Dr Morvantel ?</title><link>https://forum.example/post/3</link><description>Fuyez !</description>"
    )
    replies, first = read(rss(reply, head=head))
    assert ("Fuyez !", "Dr Morvantel ?") == (replies.text, replies.context)
    assert "https://forum.example/topic/2/dr-morvantel" == first.url == first.native_id
    assert ("Dr Morvantel ?", "Que pensez-vous du Dr Morvantel de la rue du Port ?") == (first.title, first.text)
    assert ["Dr Morvantel ?"] == [i.title for i in read(rss(head=head))]


def test_the_description_of_a_site_is_no_post() -> None:
    told = "<description>Toute l'actualité de la vallée.</description>"
    head = f"<title>Journal</title><link>https://site.example/</link>{told}"
    assert ["Un"] == [i.title for i in read(rss("<title>Un</title>", head=head))]
    assert [] == list(read(rss(head=head)))


def test_the_description_of_a_site_is_no_post_of_the_article_whose_comments_are_fed() -> None:
    head = (
        "<title>Commentaires sur : Rencontre avec le Dr Morvantel</title><link>https://site.example/2026/a/</link>"
        "<description>Le site de toute la vallée</description>"
    )
    comment = "<title>Par : Zoé</title><link>https://site.example/2026/a/#comment-5</link>"
    assert ["Par : Zoé"] == [i.title for i in read(rss(comment, head=head))]


@pytest.mark.parametrize(
    ("head", "link", "kind"),
    [
        ("<generator>https://wordpress.org/?v=6.9</generator>", "https://site.example/a", "web"),
        ("<generator>MyBB</generator>", "https://site.example/a", "forum"),
        ("<generator>RSS for Node</generator>", "https://site.example/topic/2/a", "forum"),
        ("<generator>RSS for Node</generator>", "https://site.example/2026/a", "web"),
        ("<link>https://news.google.com/search?q=x</link>", "https://news.google.com/rss/articles/CBM", "news"),
        ("<generator>Mastodon v4.5.0</generator>", "https://social.example/@a/115600000000000001", "social"),
        ("<link>https://www.youtube.com/channel/x</link>", "https://www.youtube.com/watch?v=x", "video"),
    ],
)
def test_the_sort_of_an_item_is_told_when_it_is_known(head: str, link: str, kind: str) -> None:
    assert kind == one(rss(f"<title>T</title><link>{link}</link>", head=f"<title>J</title>{head}")).kind
