"""The rows of the register of data.gouv.fr: no cell, heading or link of them is taken for granted."""

from __future__ import annotations

from typing import Any

import pytest

from ops.registers import Answer, merged, rpps_tabular
from tests.ops.lookups import page
from tests.providers.rpps import AUBERTIN, SAMPLE, row
from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import OutcomeKind


class TestRows:
    def test_columns_in_another_order_with_others_between_are_read_alike(self) -> None:
        rows = [dict(reversed(each.items())) for each in SAMPLE["data"]]
        strange = [{"Nouvelle colonne": {"a": [1]}, **each, "Libellé rôle": None, "": 3} for each in rows]

        assert merged(rpps_tabular.read(page(*SAMPLE["data"])).entries) == merged(
            rpps_tabular.read(page(*strange)).entries
        )

    def test_headings_may_be_spelt_a_little_otherwise(self) -> None:
        spelt = {k.replace("'", "’").replace("é", "e").upper(): v for k, v in SAMPLE["data"][0].items()}

        assert merged(rpps_tabular.read(page(SAMPLE["data"][0])).entries) == merged(
            rpps_tabular.read(page(spelt)).entries
        )

    @pytest.mark.parametrize("column", list(SAMPLE["data"][0]))
    @pytest.mark.parametrize("value", [None, 12, 1e400, True, [], {"a": 1}, "\ud800", "x" * 100_000, "\x1b[31m\u202e"])
    def test_no_cell_of_any_shape_is_more_than_a_cell(self, column: str, value: Any) -> None:
        rows = [{**SAMPLE["data"][0], column: value}, SAMPLE["data"][1]]
        found = rpps_tabular.read(page(*rows)).entries

        assert any(entry.rpps == AUBERTIN for entry in found)
        assert all(len(text) <= 301 for entry in found for text in (entry.first, entry.last, entry.practices[0].name))
        assert not any("\x1b" in entry.last or "\u202e" in entry.last for entry in found)

    def test_a_missing_column_is_an_empty_cell(self) -> None:
        bare = {k: v for k, v in SAMPLE["data"][0].items() if k in ("Identifiant PP", "Nom d'exercice")}
        [entry] = rpps_tabular.read(page(bare)).entries

        assert (AUBERTIN, f"8{AUBERTIN}", "AUBERTIN-LESAGE", "") == (
            entry.rpps,
            entry.national_id,
            entry.last,
            entry.first,
        )

    def test_nobody_is_an_empty_list_and_no_rows_are_none(self) -> None:
        assert Answer(()) == rpps_tabular.read(page())

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"null", b'{"data": null}', b"{" * 10_000, b'{"data": 1' + b"0" * 9_000]
    )
    def test_what_is_no_answer_is_told_as_another_contract(self, body: bytes) -> None:
        with pytest.raises(SourceError) as told:
            rpps_tabular.read(Response(200, rpps_tabular.DATA, {}, body))

        assert OutcomeKind.CONTRACT_CHANGED is told.value.outcome

    @pytest.mark.parametrize(
        "link", ["http://evil.example/data/?page=2", "//[::1", 3, "javascript:alert(1)", "?page=\n2"]
    )
    def test_a_link_to_the_next_page_leads_nowhere_else(self, link: Any) -> None:
        following = rpps_tabular.read(page(SAMPLE["data"][0], links={"next": link})).next

        assert following is None or following.url == f"{rpps_tabular.DATA}?page=2"

    def test_the_town_may_stand_in_the_line_of_the_post(self) -> None:
        found = rpps_tabular.read(
            page(row("10990000113", "A", "B", town=None, postcode=None, cedex="75651 PARIS CEDEX 13"))
        )
        [practice] = found.entries[0].practices

        assert ("PARIS", "75651") == (practice.town, practice.postcode)
