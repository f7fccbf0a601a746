"""vigie evaluate: what would be decided of items in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ops.cli import PROFILE, Vigie

ITEM: dict[str, Any] = {
    "id": "i1",
    "practitioner_id": "d1",
    "item": {"kind": "forum", "url": "https://f.example/1", "title": None, "text": "Le Dr Claire Morvant, à Lyon"},
}
SOMEBODY: dict[str, Any] = {"id": "d1", **{key: PROFILE[key] for key in PROFILE if key != "recipients"}}


class TestEvaluate:
    def run(self, vigie: Vigie, folder: Path, profiles: Any, items: Any, charset: str = "utf-8") -> Any:
        paths = []
        for name, content in (("P.jsonl", profiles), ("I.jsonl", items)):
            text = content if isinstance(content, str) else "".join(json.dumps(line) + "\n" for line in content)
            (folder / name).write_text(text)
            paths.append(str(folder / name))
        return vigie("evaluate", "--profiles", paths[0], "--items", paths[1], charset=charset)

    def test_each_item_gives_one_prediction_labelled_or_not(self, vigie: Vigie, tmp_path: Path) -> None:
        labelled = {**ITEM, "id": "i2", "label": {"about": False}}

        done = self.run(vigie, tmp_path, [SOMEBODY], [ITEM, labelled])

        lines = [json.loads(line) for line in done.out.splitlines()]
        assert (0, ["i1", "i2"]) == (done.code, [line["id"] for line in lines])
        assert {"id", "about", "confidence", "category", "polarity", "severity"} <= set(lines[0])
        assert lines[0] | {"id": ""} == lines[1] | {"id": ""}

    @pytest.mark.parametrize(
        ("profiles", "items", "says"),
        [
            ("{", [], "line 1"),
            ([1], [], "not a JSON object"),
            ([{"id": "d1"}], [], "first_names"),
            ([SOMEBODY | {"first_names": "Claire"}], [], "list of texts"),
            ([SOMEBODY | {"city": 3}], [], "city must be text"),
            ([SOMEBODY], [ITEM | {"practitioner_id": "d2"}], "d2"),
            ([SOMEBODY], [{"id": "i1", "practitioner_id": "d1"}], "item"),
            ([SOMEBODY], [ITEM | {"item": {"text": 3}}], "text must be text"),
            ([SOMEBODY], [ITEM | {"item": {"text": "x", "published": "hier"}}], "ISO 8601"),
            ([SOMEBODY], [ITEM | {"item": {"text": "x", "rating": "five"}}], "rating"),
            *(([SOMEBODY | {name: None}], [], f"{name} must be ") for name in ("id", "first_names", "last_names")),
            *(([SOMEBODY | {name: None}], [], f"{name} must be ") for name in ("specialty", "city", "postcode")),
            ([SOMEBODY | {"id": ["d1"]}], [], "id must be text or a number"),
            ([SOMEBODY | {"postcode": [69006]}], [], "postcode must be text or a number"),
            ([SOMEBODY | {"first_names": [None]}], [], "list of texts"),
            *(
                ([SOMEBODY], [ITEM | {"item": {"text": "x", "rating": rating}}], "rating must be a number from 0 to 5")
                for rating in (-5, 5.1, 10**400, True, [4])
            ),
            ([SOMEBODY], [ITEM | {"id": ["i1"]}], "id must be text or a number"),
            ([SOMEBODY], [ITEM | {"practitioner_id": None}], "practitioner_id must be"),
            ([SOMEBODY], json.dumps(ITEM | {"id": float("nan")}), "NaN"),
            ([SOMEBODY], json.dumps(ITEM | {"item": {"rating": float("nan")}}), "NaN"),
            ([SOMEBODY], json.dumps(ITEM | {"item": {"rating": float("inf")}}), "Infinity"),
            ([SOMEBODY], json.dumps(ITEM).replace('"i1"', "1e400"), "id must be"),
            ([SOMEBODY], json.dumps(ITEM | {"item": {"rating": 4}}).replace("4", "1e400"), "rating must be"),
            ([SOMEBODY], json.dumps(ITEM).replace('"i1"', "9" * 5_000), "too long a number"),
        ],
    )
    def test_a_wrong_line_is_pointed_at(
        self, vigie: Vigie, tmp_path: Path, profiles: Any, items: Any, says: str
    ) -> None:
        done = self.run(vigie, tmp_path, profiles, items)

        assert 2 == done.code
        assert says in done.err

    @pytest.mark.parametrize(
        "odd", ["\ud800", "a\udfff\0", "\x1b[2J", "\u202e", "(?", "é" * 200, "\U0010ffff", "\ufffe", '"', " "]
    )
    def test_no_text_in_a_field_is_too_odd_to_be_judged(self, vigie: Vigie, tmp_path: Path, odd: str) -> None:
        texts = dict.fromkeys(("url", "title", "text", "author", "kind", "context"), odd)
        names = {name: [odd] for name in ("first_names", "last_names", "aliases", "excluded")}
        facts = dict.fromkeys(("title", "specialty", "city", "postcode", "practice_name", "phone", "website"), odd)

        done = self.run(vigie, tmp_path, [SOMEBODY | names | facts], [ITEM | {"id": odd, "item": texts}])

        assert (0, odd) == (done.code, json.loads(done.out)["id"])

    def test_a_prediction_can_be_read_whatever_its_terminal_can_write(self, vigie: Vigie, tmp_path: Path) -> None:
        done = self.run(vigie, tmp_path, [SOMEBODY], [ITEM | {"id": "é\ud800😀"}], charset="ascii")

        assert (0, "é\ud800😀") == (done.code, json.loads(done.out)["id"])

    def test_a_missing_file_is_said_so(self, vigie: Vigie) -> None:
        assert 2 == vigie("evaluate", "--profiles", "/none", "--items", "/none").code
