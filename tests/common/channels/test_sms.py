"""An SMS is one part of the cheap alphabet, and says nothing that a stranger may not read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.common.samples import NEWS, NOW, PRACTITIONER, REVIEW, alert, mention
from vigie.channels import Around, sms
from vigie.model import Mention, Reason, Severity
from vigie.show.gsm import size


def text(*mentions: Mention, language: str = "fr", more: int = 0, by_email: bool = True) -> str:
    made = alert(*mentions, channel="sms", address="+33639980102", language=language, more=more)
    return sms.compose(made, mentions, PRACTITIONER, NOW, Around("https://veille.cabinet.example", by_email)).text


def test_it_counts_and_refers_to_the_mail() -> None:
    assert text(mention()) == "Vigie : 1 nouvelle publication importante vous concerne. Détail dans votre e-mail."
    assert text(mention(), REVIEW, more=4).startswith("Vigie : 6 nouvelles publications importantes vous concernent.")
    assert text(REVIEW, NEWS).startswith("Vigie : 2 nouvelles publications vous concernent.")
    assert text(mention(), language="en") == "Vigie: 1 new important publication concerns you. Details in your e-mail."


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_promises_no_mail_to_who_gets_none(language: str) -> None:
    assert "mail" not in text(mention(), language=language, by_email=False)


@pytest.mark.parametrize("language", ["fr", "en", "de"])
@pytest.mark.parametrize("by_email", [True, False])
@pytest.mark.parametrize("more", [0, 1, 9_999])
def test_it_is_one_part_of_the_cheap_alphabet(language: str, by_email: bool, more: int) -> None:
    for mentions in ((mention(),), (mention(), NEWS), (NEWS,)):
        sized = size(text(*mentions, language=language, by_email=by_email, more=more))
        assert (sized.encoding, sized.segments) == ("GSM-7", 1)


def test_it_says_the_same_whatever_was_written() -> None:
    odd = replace(mention(), title="Dr Morvant", excerpt="http://evil.example 0899123456", url="bit.ly/x", marks=())
    assert text(mention()) == text(odd) == text(replace(odd, title=None, reasons=None))  # type: ignore[arg-type]


def test_it_goes_to_the_address_of_the_intent() -> None:
    made = alert(NEWS, channel="sms", address="+33639980102")
    assert sms.compose(made, [NEWS], PRACTITIONER, NOW).to == "+33639980102"


def test_what_was_edited_is_not_called_new() -> None:
    edit = replace(mention(), reasons=(Reason("edited", "5/5 → 1/5"),))
    mild = replace(edit, severity=Severity.ATTENTION)

    assert text(edit) == "Vigie : 1 publication importante, modifiée, vous concerne. Détail dans votre e-mail."
    assert text(mild, mild).startswith("Vigie : 2 publications modifiées vous concernent.")
    assert text(mild, language="en").startswith("Vigie: 1 edited publication concerns you.")
    assert text(mild, NEWS).startswith("Vigie : 2 nouvelles publications vous concernent.")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("severity", list(Severity))
def test_what_was_edited_is_one_part_too(language: str, severity: Severity) -> None:
    edit = replace(mention(), reasons=(Reason("edited"),), severity=severity)
    sized = size(text(*[edit] * 90, language=language, by_email=False))

    assert (sized.encoding, sized.segments) == ("GSM-7", 1)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("by_email", [True, False])
def test_it_says_on_how_many_other_sites_a_story_is_and_names_none(language: str, by_email: bool) -> None:
    others = [replace(NEWS, mention_id=f"m{n}", url=f"https://journal{n}.example/") for n in range(99)]
    made = alert(mention(), channel="sms", address="+33639980102", language=language)
    around = Around("https://veille.cabinet.example", by_email, {mention().mention_id: others})
    text = sms.compose(made, [mention()], PRACTITIONER, NOW, around).text

    assert {"fr": "Aussi sur 99 autres sites.", "en": "Also on 99 other sites."}[language] in text
    assert "journal" not in text
    assert (size(text).encoding, size(text).segments) == ("GSM-7", 1)


def test_a_story_found_on_one_site_five_times_is_on_one_site() -> None:
    around = Around(also={NEWS.mention_id: [replace(NEWS, mention_id=f"m{n}") for n in range(4)]})
    made = alert(NEWS, channel="sms", address="+33639980102")
    assert "ussi" not in sms.compose(made, [NEWS], PRACTITIONER, NOW, around).text
