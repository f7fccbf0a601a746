"""Real software on this machine, read by the deployed functions: what is said there arrives by mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.realsites.software import Blog, Comments, running
from tests.stack.deployed import Deployed

pytestmark = pytest.mark.stack


def test_an_article_and_a_comment_arrive_in_one_mail_each_of_its_place(stack: Deployed, tmp_path: Path) -> None:
    (tmp_path / "blog").mkdir()
    (tmp_path / "isso").mkdir()
    with (
        running(lambda: Blog(tmp_path / "blog")) as blog,
        running(lambda: Comments(tmp_path / "isso", blog.url)) as comments,
    ):
        blog.publish("parc", "Le parc rouvre", "Le parc municipal rouvre lundi.", day=1)
        comments.say("/parc.html", "Merci pour ces horaires.")
        person = stack.enrol("Kerdonis", urls=(f"{blog.url}/feeds/all.atom.xml", comments.feed("/parc.html")))
        stack.vigie("source", "add", person, "page", "--url", f"{blog.url}/")
        stack.scan(person)
        assert [] == stack.mentions(person)

        article = blog.publish("plainte", "Une plainte", "Le Dr Claire Kerdonis, dermatologue à Lyon, est visée.")
        number = comments.say("/parc.html", "Le Dr Claire Kerdonis, dermatologue à Lyon, m'a insultée.")
        stack.scan(person)

        mails = stack.inbox(person)
        said = "\n".join(mail["text"] for mail in mails)
        assert article in said
        assert f"{blog.url}/parc.html#isso-{number}" in said
        assert {"ok"} == {source["outcome"] for source in stack.vigie("source", "list", person)}
        stack.scan(person)
        assert mails == stack.inbox(person)
