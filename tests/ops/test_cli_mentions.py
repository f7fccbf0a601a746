"""vigie mentions: what was found, and what was decided of it."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import NOW
from tests.ops.cli import Vigie, mention, put
from vigie.model import Delivery, DeliveryState, MentionStatus, Reason


class TestMentions:
    def test_they_come_newest_first_with_what_was_decided(self, vigie: Vigie, someone: str) -> None:
        put(
            vigie,
            mention(someone, "m1", found_at=NOW - timedelta(hours=1), status=MentionStatus.BASELINE),
            mention(someone, "m2", rating=1.0),
            mention(someone, "m3", status=MentionStatus.KEPT),
        )

        found = vigie("mentions", someone, "--json").json

        assert [("m2", "pending"), ("m1", "baseline")] == [(m["mention_id"], m["status"]) for m in found]
        expected = {"url", "title", "excerpt", "confidence", "category", "polarity", "severity", "found_at", "rating"}
        assert expected | {"reasons", "deliveries"} <= set(found[0])

    def test_one_that_repeats_a_story_says_which_mention_told_it(self, vigie: Vigie, someone: str) -> None:
        repeat = Delivery("rmail", DeliveryState.SUPPRESSED, None, "same_story", NOW, repeats="m1")
        told = Delivery("rmail", DeliveryState.DELIVERED)
        put(
            vigie,
            mention(someone, "m1", status=MentionStatus.SETTLED, deliveries={"rmail": told}),
            mention(someone, "m2", status=MentionStatus.SETTLED, deliveries={"rmail": repeat}),
        )

        found = {m["mention_id"]: m for m in vigie("mentions", someone, "--json").json}
        rows = vigie("mentions", someone).out.splitlines()

        assert (None, "m1") == (found["m1"]["repeats"], found["m2"]["repeats"])
        [delivery] = found["m2"]["deliveries"]
        assert ("suppressed", "same_story", "m1") == (delivery["state"], delivery["reason"], delivery["repeats"])
        assert rows[0].endswith("ID\tREPEATS")
        assert [["m1", ""], ["m2", "m1"]] == sorted(row.split("\t")[-2:] for row in rows[1:])

    def test_all_adds_those_too_unlikely_to_be_told(self, vigie: Vigie, someone: str) -> None:
        put(vigie, mention(someone, status=MentionStatus.KEPT))

        assert [] == vigie("mentions", someone, "--json").json
        assert ["kept"] == [m["status"] for m in vigie("mentions", someone, "--all", "--json").json]

    def test_an_edit_says_that_it_is_one(self, vigie: Vigie, someone: str) -> None:
        put(vigie, mention(someone, "m1"), mention(someone, "m2", reasons=(Reason("edited", "5/5 → 1/5"),)))

        told = {m["mention_id"]: m["edited"] for m in vigie("mentions", someone, "--json").json}
        assert {"m1": False, "m2": True} == told
        assert 1 == vigie("mentions", someone).out.count(", edited")

    def test_what_the_web_wrote_does_not_command_the_terminal(self, vigie: Vigie, someone: str) -> None:
        put(vigie, mention(someone, title="\x1b[2J[red]Avis[/red]\u202e\r\n\tsuite"))

        row = vigie("mentions", someone).out.splitlines()[1]

        assert "[2J[red]Avis[/red] suite" in row
        assert "\x1b" not in row
        assert "\u202e" not in row
