"""YouTube through the real fetcher and a scan: quotas of California, keys, comments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.providers import youtube
from tests.providers.index import NOW
from tests.providers.watching import DAY, MINUTE, NAMED, watching
from tests.providers.youtube import YouTube
from vigie.model import OutcomeKind
from vigie.reading import MAX_PAGES

MIDNIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""In California, after the moment at which tests happen."""


def test_a_video_is_told_by_its_title_as_it_reads() -> None:
    service = YouTube()
    with watching(service, "youtube", {"query": "Aubertin-Lesage"}, {"youtube": youtube.KEY}) as watch:
        watch.scan(after=DAY)
        service.videos = [youtube.video("FICTIF00001", f"L'affaire : {NAMED} & ses patients", "", NOW)]
        watch.scan(after=DAY)

    [mention] = watch.told
    assert f"L'affaire : {NAMED} & ses patients" == mention.title
    assert not [one for one in service.asked if youtube.KEY in repr(one.query)]


def test_a_quota_that_google_says_is_spent_comes_back_at_midnight_in_california() -> None:
    with watching(YouTube(a_day=0), "youtube", {"query": "Aubertin-Lesage"}, {"youtube": youtube.KEY}) as watch:
        outcome = watch.scan(after=MINUTE)

    assert (OutcomeKind.QUOTA_EXHAUSTED, MIDNIGHT) == (outcome.kind, outcome.until)


def test_no_more_than_a_hundred_searches_are_asked_for_in_a_day_of_california() -> None:
    service = YouTube(videos=[youtube.video("FICTIF00001", "x", "", NOW)])
    with watching(service, "youtube", {"query": "x"}, {"youtube": youtube.KEY}) as watch:
        found = [watch.scan(after=MINUTE, forced=True) for _ in range(101)]
        again = watch.scan(after=DAY, forced=True)

    assert ([True] * 100, OutcomeKind.QUOTA_EXHAUSTED) == ([one.kind.seen for one in found[:100]], found[100].kind)
    assert MIDNIGHT == found[100].until
    assert (True, 101) == (again.kind.seen, len(service.asked))


def test_a_key_that_is_wrong_is_said() -> None:
    with watching(YouTube(), "youtube", {"query": "x"}, {"youtube": "une-autre"}) as watch:
        assert OutcomeKind.AUTH_FAILED is watch.scan().kind


def test_a_comment_that_names_nobody_is_judged_by_whom_the_video_is_about() -> None:
    service = YouTube(threads={"FICTIF00001": []})
    params = {"of": "FICTIF00001", "about": "Dr Camille Aubertin-Lesage, dermatologue à Valombre"}
    with watching(service, "youtube_comments", params, {"youtube": youtube.KEY}) as watch:
        watch.scan(after=DAY)
        service.threads["FICTIF00001"] = [youtube.thread("UgxUn", "FICTIF00001", "Une honte, elle m'a ratée.", NOW)]
        watch.scan()

    [mention] = watch.told
    assert "https://www.youtube.com/watch?v=FICTIF00001&lc=UgxUn" == mention.url


def test_comments_are_read_page_by_page_within_the_bounds_of_a_scan() -> None:
    service = YouTube(threads={"FICTIF00001": [youtube.thread("Ugx0", "FICTIF00001", "zéro", NOW - DAY)]})
    with watching(service, "youtube_comments", {"of": "FICTIF00001"}, {"youtube": youtube.KEY}) as watch:
        watch.scan(after=MINUTE)
        service.threads["FICTIF00001"][:0] = [
            youtube.thread(f"Ugx{n}", "FICTIF00001", str(n), NOW + n * timedelta(seconds=1)) for n in range(700, 0, -1)
        ]
        assert 500 == watch.scan().items

    assert 1 + MAX_PAGES == len(service.asked)
    assert 0 == watch.spent("google_youtube")


def test_comments_that_were_closed_are_gone() -> None:
    service = YouTube(closed={"FICTIF00001"})
    with watching(service, "youtube_comments", {"of": "FICTIF00001"}, {"youtube": youtube.KEY}) as watch:
        assert OutcomeKind.GONE is watch.scan().kind
