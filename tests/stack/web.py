"""Every service that the deployment may ask: what stands in for it, by this machine's clock, knowing nothing yet."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from tests.providers.bing_news import BingNews
from tests.providers.bluesky import Bluesky
from tests.providers.brave import Brave
from tests.providers.directory import Directory
from tests.providers.gdelt import Gdelt
from tests.providers.google_alerts import GoogleAlerts
from tests.providers.google_business import GoogleBusiness
from tests.providers.google_news import GoogleNews
from tests.providers.google_places import GooglePlaces
from tests.providers.mastodon import Mastodon
from tests.providers.mojeek import Mojeek
from tests.providers.reddit import Reddit
from tests.providers.searxng import Searxng
from tests.providers.serpapi import SerpApi
from tests.providers.serper import Serper
from tests.providers.serving import Service
from tests.providers.trustpilot import Trustpilot
from tests.providers.wikimedia import Wikimedia
from tests.providers.x import X
from tests.providers.youtube import YouTube


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Web:
    """Scenarios write in them, and share them: each asks by its own people's names."""

    bing_news: BingNews = field(default_factory=BingNews)
    bluesky: Bluesky = field(default_factory=Bluesky)
    brave: Brave = field(default_factory=Brave)
    directory: Directory = field(default_factory=Directory)
    gdelt: Gdelt = field(default_factory=Gdelt)
    google_alerts: GoogleAlerts = field(default_factory=GoogleAlerts)
    google_business: GoogleBusiness = field(default_factory=GoogleBusiness)
    google_news: GoogleNews = field(default_factory=GoogleNews)
    google_places: GooglePlaces = field(default_factory=GooglePlaces)
    mastodon: Mastodon = field(default_factory=Mastodon)
    mojeek: Mojeek = field(default_factory=Mojeek)
    reddit: Reddit = field(default_factory=Reddit)
    searxng: Searxng = field(default_factory=Searxng)
    serpapi: SerpApi = field(default_factory=SerpApi)
    serper: Serper = field(default_factory=Serper)
    trustpilot: Trustpilot = field(default_factory=Trustpilot)
    wikimedia: Wikimedia = field(default_factory=Wikimedia)
    x: X = field(default_factory=X)
    youtube: YouTube = field(default_factory=YouTube)

    def __post_init__(self) -> None:
        for service in self.services:
            if hasattr(service, "clock"):
                service.clock = now

    @property
    def services(self) -> list[Service]:
        return [getattr(self, each.name) for each in fields(self)]
