"""A stand-in for the feed of an alert of Google's: its links lead through Google, written now this way, now that."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from tests.providers.serving import Call, Reply, as_page

PATH = "/alerts/feeds/01234567890123456789/98765432109876543210"
URL = f"https://www.google.com{PATH}"


@dataclass
class GoogleAlerts:
    """`found` are (title, link as it is wrapped, excerpt) of what one alert found, the latest first."""

    found: list[tuple[str, str, str]] = field(default_factory=list)
    name: str = "google-alerts"
    hosts: tuple[str, ...] = ("www.google.com", "www.google.fr")

    def answer(self, call: Call) -> Reply:
        if call.path != PATH:
            return as_page("Introuvable", 404)
        entries = "".join(
            f'<entry><id>tag:google.com,2013:googlealerts/feed:{title}</id><title type="html">{escape(title)}</title>'
            f'<link href="{escape(link)}"/><content type="html">{escape(text)}</content></entry>'
            for title, link, text in self.found
        )
        head = "<id>tag:google.com,2005:reader/user/0/state/com.google/alerts/1</id><title>Alerte Google</title>"
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'
        return Reply(feed.encode(), "application/atom+xml; charset=utf-8")


def wrapped(target: str, host: str = "www.google.com") -> str:
    """`target`, percent-encoded or not, in a link of Google's."""
    return f"https://{host}/url?rct=j&sa=t&url={target}&ct=ga&cd=CAIyGjFhOTgy&usg=AOvVaw0fictif"
