"""A source of several documents: what one of them says of itself is not said of the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.common.scanning import ALICE, World
from vigie.errors import FetchError
from vigie.exchange import Response
from vigie.model import OutcomeKind


def sitemap_of(*parts: str) -> bytes:
    listed = "".join(f"<sitemap><loc>https://forum.example/{part}.xml</loc></sitemap>" for part in parts)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'.encode()


def pages_of(*slugs: str) -> bytes:
    listed = "".join(f"<url><loc>https://forum.example/{slug}</loc></url>" for slug in slugs)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()


class TestPartOfASource:
    """A source of several documents, of which one cannot be read."""

    def made(self) -> World:
        world = World(ALICE, kind="sitemap", url="https://forum.example/sitemap.xml")
        world.web.answers = {
            "https://forum.example/sitemap.xml": sitemap_of("un", "deux"),
            "https://forum.example/un.xml": pages_of("recette"),
            "https://forum.example/deux.xml": pages_of("jardin"),
        }
        return world

    def test_it_is_no_baseline(self) -> None:
        """What it lacks would be told as new once it is back."""
        world = self.made()
        del world.web.answers["https://forum.example/deux.xml"]

        assert OutcomeKind.UNREACHABLE is world.scan().kind
        assert {ALICE.practitioner_id} == world.source.fresh

    def test_afterwards_what_was_read_is_told_and_the_daily_full_read_stays_due(self) -> None:
        world = self.made()
        world.scan()
        read_at = world.source.cursor.full_read_at
        del world.web.answers["https://forum.example/deux.xml"]
        world.web.answers["https://forum.example/un.xml"] = pages_of("avis-dr-alice-vasseur-lemoine-besancon")
        world.now += timedelta(hours=1)

        assert OutcomeKind.OK is world.scan().kind
        assert 1 == len(world.store.mention_rows)
        assert read_at == world.source.cursor.full_read_at

    def test_one_of_which_nothing_could_be_read_is_not_called_empty(self) -> None:
        world = self.made()
        world.scan()
        world.web.answers = {"https://forum.example/sitemap.xml": sitemap_of("trois")}
        world.now += timedelta(hours=1)

        assert OutcomeKind.UNREACHABLE is world.scan().kind


class TestPagesAfterTheFirst:
    """Of a source in several parts: what one of them says of itself is not said of the others."""

    SITE = "https://forum.example"

    def world(self, **parts: Response | Exception) -> World:
        made = World(ALICE, kind="sitemap", url=f"{self.SITE}/sitemap.xml")
        told = "".join(f"<sitemap><loc>{self.SITE}/{name}</loc></sitemap>" for name in ("une", "deux"))
        made.serve(f"<sitemapindex>{told}</sitemapindex>".encode())
        urls = f"<urlset><url><loc>{self.SITE}/dr-alice-vasseur-lemoine</loc></url></urlset>".encode()
        for name in ("une", "deux"):
            url = f"{self.SITE}/{name}"
            made.web.answers[url] = parts.get(name) or Response(200, url, {}, urls)
        return made

    @pytest.mark.parametrize("answer", [Response(410, "", {}), Response(200, "", {}, b"<html>Accueil</html>")])
    def test_one_that_is_dead_is_passed_over_and_asked_again(self, answer):
        world = self.world(deux=answer)

        outcome = world.scan()

        assert (OutcomeKind.OK, 1) == (outcome.kind, outcome.items)
        assert (None, None) == (world.source.cursor.body_hash, world.source.cursor.full_read_at)

    @pytest.mark.parametrize("name", ["une", "deux"])
    def test_one_that_does_not_answer_is_waited_for(self, name):
        world = self.world(**{name: FetchError(OutcomeKind.UNREACHABLE, "deadline")})

        assert OutcomeKind.UNREACHABLE is world.scan().kind

    def test_nothing_but_dead_ones_is_no_empty_source(self):
        world = self.world(une=Response(404, "", {}), deux=Response(410, "", {}))

        assert OutcomeKind.GONE is world.scan().kind

    @pytest.mark.parametrize(("rule", "kind"), [("/viewtopic.php?*start=", "blocked"), ("/ailleurs", "ok")])
    def test_each_is_read_only_if_robots_txt_lets_us(self, rule, kind):
        url = f"{self.SITE}/viewtopic.php?t=812"
        world = World(ALICE, kind="thread", url=url)
        post = '<div class="post" id="p1"><p class="content">Bonjour à tous et à toutes.</p></div>'
        world.web.answers |= {
            f"{self.SITE}/robots.txt": f"User-agent: *\nDisallow: {rule}\n".encode(),
            url: f'<html><body>{post}<a href="{url}&amp;start=10">2</a></body></html>'.encode(),
            f"{url}&start=10": f"<html><body>{post}</body></html>".encode(),
        }

        assert kind == world.scan().kind
        if kind == "ok":  # and then there, where it begins from now on
            world.web.answers[f"{self.SITE}/robots.txt"] = b"User-agent: *\nDisallow: /*start=\n"
            assert OutcomeKind.BLOCKED is world.scan(after=timedelta(hours=25)).kind
