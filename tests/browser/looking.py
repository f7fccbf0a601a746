"""Headless Chromium, and what is asked of any page it shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Without it the tests that look are skipped, or fail where `CI` is set."""
    if not CHROMIUM.exists():
        message = "needs Chromium: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()


def overflow(page: Page) -> list[str]:
    """What sticks out of the page to the right, which a reader would have to scroll to."""
    found: list[str] = page.evaluate(
        """() => {
          const room = document.documentElement.clientWidth;
          const out = [...document.body.querySelectorAll('*')].filter((e) => {
            const box = e.getBoundingClientRect();
            return box.width > 1 && box.height > 1 && box.right > room + 0.5;
          }).map((e) => e.tagName + ' ' + (e.textContent || '').trim().slice(0, 40));
          return document.documentElement.scrollWidth > room ? ['the page', ...out] : out;
        }"""
    )
    return found


def faint(page: Page, least: float = 4.5) -> list[str]:
    """Texts whose contrast with what is behind them is under `least` (WCAG 2.2, 1.4.3)."""
    found: list[str] = page.evaluate(
        """(least) => {
          const parse = (c) => { const n = c.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
          const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
          const linear = (v) => v <= 10.31 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4;
          const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
          const visible = (e) => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
          const behind = (e) => {
            const layers = [];
            for (; e && layers.at(-1)?.[3] !== 1; e = e.parentElement) {
              layers.push(parse(getComputedStyle(e).backgroundColor));
            }
            const base = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
            return layers.reduceRight((below, above) => over(above, below), base);
          };
          const seen = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const text = walk.currentNode.nodeValue.trim(), e = walk.currentNode.parentElement;
            if (!text || !visible(e) || ['SCRIPT', 'STYLE'].includes(e.tagName)) continue;
            const back = behind(e), front = over(parse(getComputedStyle(e).color), back);
            const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);
            if (ratio < least) seen.push(ratio.toFixed(2) + ' ' + text.slice(0, 50));
          }
          return seen;
        }""",
        least,
    )
    return found
