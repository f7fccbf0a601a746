"""The locales say the same things, completely, and in good typography."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from vigie.model import Category, Confidence, Severity
from vigie.show import gsm
from vigie.show.words import LOCALES, languages, paris, words

PACKAGE = LOCALES.parent
FAMILIES = {"severity", "category", "confidence", "reason", "why", "advice", "deadline", "summary", "month", "missing"}
"""Keys under these are chosen by a value, not written out where they are used."""


def keys(language: str) -> set[str]:
    return set(words(language).entries)


def sources() -> str:
    files = [*PACKAGE.rglob("*.py"), *(PACKAGE / "templates").rglob("*.j2")]
    return "\n".join(path.read_text("utf-8") for path in files)


def test_there_is_french_and_english() -> None:
    assert {"fr", "en"} <= languages()


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_language_says_everything_with_the_same_values(language: str) -> None:
    french, other = words("fr").entries, words(language).entries
    assert french.keys() == other.keys()
    for key, sentence in french.items():
        assert set(re.findall(r"{(\w+)}", sentence)) == set(re.findall(r"{(\w+)}", other[key])), key
        assert other[key].strip(), key


@pytest.mark.parametrize("language", sorted(languages()))
def test_no_key_is_written_twice(language: str) -> None:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len(pairs) == len(dict(pairs))
        return dict(pairs)

    json.loads((LOCALES / f"{language}.json").read_text("utf-8"), object_pairs_hook=unique)


def test_every_value_of_the_model_has_its_words() -> None:
    said = words("fr")
    for name, kind in (("severity", Severity), ("category", Category), ("confidence", Confidence)):
        assert {f"{name}.{value.value}" for value in kind} == {key for key in keys("fr") if key.startswith(f"{name}.")}
    assert all(said.has(f"why.{severity.value}") for severity in Severity)
    assert all(said.has(f"month.{month}") for month in range(1, 13))


def test_every_reason_that_matching_and_triage_give_has_its_sentence() -> None:
    codes = {
        code for path in PACKAGE.rglob("*.py") for code in re.findall(r'Reason\(\s*"(\w+)"', path.read_text("utf-8"))
    }
    assert codes
    said = words("fr")
    assert not [code for code in sorted(codes) if not said.has(f"reason.{code}") and not said.has(f"why.{code}")]


def test_every_sentence_that_is_used_exists_and_every_one_that_exists_is_used() -> None:
    used = set(re.findall(r'(?:said|said\.count)\(\s*"([\w.]+)"', sources()))
    plural = {key.rpartition(".")[0] for key in keys("fr") if key.endswith((".one", ".other"))}
    assert not {key for key in used if key not in keys("fr") | plural}
    literal = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)*)"', sources()))
    for key in keys("fr"):
        stem = key.rpartition(".")[0] if key.endswith((".one", ".other")) else key
        assert key.partition(".")[0] in FAMILIES or {key, stem} & literal, key


def test_french_typography_is_applied() -> None:
    for key, sentence in words("fr").entries.items():
        assert not re.search(r" [:;!?»%]|« |'", sentence), key
        assert re.search(r"[^\s\u00a0:/]:(?!//)", sentence) is None, key


def test_english_has_no_french_spacing() -> None:
    for key, sentence in words("en").entries.items():
        assert not re.search(r"\u00a0[:;!?»]", sentence), key
        assert "'" not in sentence, key


@pytest.mark.parametrize("language", sorted(languages()))
def test_nothing_is_called_illegal_and_no_public_reply_is_suggested(language: str) -> None:
    """Only a judge qualifies words, and confirming that somebody is a patient breaks professional secrecy."""
    text = " ".join(words(language).entries.values()).lower()
    for word in (
        "diffamatoire",
        "faux avis",
        "illicite",
        "illégal",
        "defamatory",
        "fake review",
        "illegal",
        "unlawful",
    ):
        assert word not in text


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_sms_sentence_is_in_the_cheap_alphabet(language: str) -> None:
    sms = [sentence for key, sentence in words(language).entries.items() if key.startswith("sms.")]
    assert sms
    for sentence in sms:
        assert "?" not in gsm.plain(sentence)
        assert gsm.size(gsm.plain(sentence)).encoding == "GSM-7"


def test_an_unknown_language_is_french_and_a_region_does_not_matter() -> None:
    assert words("de").language == "fr"
    assert words("").language == "fr"
    assert words("en-GB").language == "en"
    assert words("../etc").language == "fr"


def test_counts_follow_each_language() -> None:
    assert words("fr").count("subject", 0) == "0 nouvelle mention à votre sujet"
    assert words("fr").count("subject", 1) == "1 nouvelle mention à votre sujet"
    assert words("fr").count("subject", 2) == "2 nouvelles mentions à votre sujet"
    assert words("en").count("subject", 0) == "0 new mentions of you"
    assert words("en").count("subject", 1) == "1 new mention of you"


def test_dates_are_written_as_each_language_does_in_paris_time() -> None:
    when = datetime(2026, 3, 1, 22, 5, 9, tzinfo=UTC)
    assert words("fr").moment(when) == "1er\u00a0mars 2026 à 23\u00a0h\u00a005"
    assert words("en").moment(when) == "1\u00a0March 2026 at 23:05"
    assert words("fr").moment(datetime(2026, 8, 31, 23, 30, tzinfo=UTC)) == "1er\u00a0septembre 2026 à 1\u00a0h\u00a030"
    assert words("fr").moment(datetime(2026, 8, 31, tzinfo=UTC)) == "31\u00a0août 2026"


def test_paris_keeps_the_time_of_paris() -> None:
    zone = ZoneInfo("Europe/Paris")
    moments = [datetime(1996, 1, 1, tzinfo=UTC) + timedelta(hours=5 * n) for n in range(60_000)]
    edges = [
        datetime(2026, m, d, h, 59, 59, tzinfo=UTC) + timedelta(seconds=s)
        for m, d in ((3, 29), (10, 25))
        for h in (0, 1)
        for s in (0, 1)
    ]
    for when in moments + edges:
        assert when.astimezone(zone).replace(tzinfo=None) == paris(when)


def test_numbers_have_the_point_of_their_language() -> None:
    assert words("fr").number(4.5) == "4,5"
    assert words("en").number(4.5) == "4.5"
    assert words("fr").number(4.0) == "4"


def test_the_files_end_where_they_should() -> None:
    for path in Path(LOCALES).glob("*.json"):
        assert path.read_text("utf-8").endswith("}\n")
