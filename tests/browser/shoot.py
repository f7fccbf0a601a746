"""Take the pictures of the documentation: `.venv/bin/python -m tests.browser.shoot`, from the project's root.

They show a real alert, composed by Vigie about fictional people, in Debian's Chromium: its head and first mention.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tests.browser.looking import chromium
from tests.common.samples import NEWS, NOW, PRACTITIONER, REVIEW, alert, mention
from vigie.channels import Around, email

TO = Path("docs/images")

Scheme = Literal["light", "dark"]

SHOTS: tuple[tuple[str, int, Scheme], ...] = (
    ("alert-light.png", 640, "light"),
    ("alert-dark.png", 640, "dark"),
    ("alert-phone.png", 360, "light"),
    ("alert-phone-dark.png", 360, "dark"),
)


def main() -> None:
    """Write every picture, one and a half dot a pixel, for sharp screens."""
    mentions = (mention(), REVIEW, NEWS)
    around = Around("https://veille.cabinet.example/aide")
    html = email.compose(alert(*mentions), mentions, PRACTITIONER, NOW, around).html
    TO.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name, width, scheme in SHOTS:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, device_scale_factor=1.5
            )
            page = context.new_page()
            page.set_content(html)
            card = page.locator("table.c").first.bounding_box()
            assert card
            height = card["y"] + card["height"] + 14
            page.screenshot(
                path=str(TO / name), full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}
            )
            context.close()


if __name__ == "__main__":
    main()
