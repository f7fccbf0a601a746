"""The register of the Annuaire Santé, in FHIR: what is read of it, and where its key goes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from ops.lookup import Lookup, RegisterError
from ops.registers import Answer, Skill, rpps_fhir
from tests.conftest import NOW
from tests.fakes import CannedFetcher
from tests.ops.lookups import SAMPLES
from tests.providers.rpps import AUBERTIN
from tests.shared import shared
from vigie.errors import InputError, SourceError
from vigie.exchange import Response

BUNDLE = json.loads(shared(*SAMPLES, "rpps-fhir-practitioner-bundle.json").read_text(encoding="utf-8"))
ROLE = {
    "resourceType": "PractitionerRole",
    "practitioner": {"reference": "Practitioner/003-9999999-9999999"},
    "organization": {"reference": "https://gateway.api.esante.gouv.fr/fhir/v2/Organization/001-01-77"},
}
PLACE = {
    "resourceType": "Organization",
    "id": "001-01-77",
    "name": "CH DE VALOMBRE",
    "telecom": [{"system": "phone", "value": "0261910001"}, {"system": "email", "value": "x@exemple.mssante.test"}],
    "address": [{"city": "VALOMBRE", "postalCode": "61999"}],
}


class TestFhir:
    def bundle(self, *more: Any) -> dict[str, Any]:
        return {**BUNDLE, "entry": [*BUNDLE["entry"], *({"resource": resource} for resource in more)]}

    def read(self, bundle: Any) -> Answer:
        return rpps_fhir.read(Response(200, rpps_fhir.BASE, {}, json.dumps(bundle).encode()))

    def test_the_sample_is_somebody(self) -> None:
        [entry] = self.read(BUNDLE).entries

        assert (AUBERTIN, "Camille", "AUBERTIN-LESAGE", "Dr", "Médecin") == (
            entry.rpps,
            entry.first,
            entry.last,
            entry.title,
            entry.profession,
        )
        assert (Skill(0, "Dermatologie et vénéréologie"),) == entry.skills

    def test_the_address_is_asked_of_the_organisation_and_the_key_is_in_no_url(self) -> None:
        bodies = [
            json.dumps(self.bundle(ROLE)).encode(),
            json.dumps({**BUNDLE, "entry": [{"resource": PLACE}]}).encode(),
        ]
        first = rpps_fhir.by_number(AUBERTIN).url
        second = f"{rpps_fhir.BASE}/Organization?_id=001-01-77&_count=50"
        web = CannedFetcher({first: bodies[0], second: bodies[1]})

        async def ask() -> Any:
            return await Lookup(web, lambda: NOW, "rpps_fhir", keys={"esante": "s3cret"}).number(AUBERTIN)

        found = asyncio.run(ask())
        assert [("CH DE VALOMBRE", "VALOMBRE", "61999", ("0261910001",))] == [
            (p.name, p.town, p.postcode, p.phones) for p in found.practices
        ]
        assert not any("s3cret" in request.url for request in web.requests)
        assert [{"esante": "s3cret"}] * 2 == web.keys

    def test_somebody_struck_off_is_not_active_or_not_there(self) -> None:
        gone = {**BUNDLE["entry"][0]["resource"], "active": False}

        assert [False] == [entry.active for entry in self.read({**BUNDLE, "entry": [{"resource": gone}]}).entries]
        bare = {"resourceType": "Practitioner", "id": "1", "active": False}
        assert () == self.read({**BUNDLE, "entry": [{"resource": bare}]}).entries

    @pytest.mark.parametrize(
        ("status", "says"), [(401, "refuses the key"), (403, "refuses the key"), (429, "left alone")]
    )
    def test_what_it_refuses_is_told(self, status: int, says: str) -> None:
        request = rpps_fhir.by_number(AUBERTIN)
        web = CannedFetcher({request.url: Response(status, request.url, {}, b'{"message": "Unauthorized"}')})

        with pytest.raises(RegisterError, match=says):
            asyncio.run(Lookup(web, lambda: NOW, "rpps_fhir", keys={"esante": "x"}).number(AUBERTIN))

    def test_without_its_key_it_is_not_asked(self) -> None:
        with pytest.raises(InputError, match="esante"):
            Lookup(CannedFetcher(), lambda: NOW, "rpps_fhir")

    def test_the_key_follows_no_link_to_another_place(self) -> None:
        for url in ("https://evil.example/fhir/v2/Practitioner?page=2", f"{rpps_fhir.BASE}.evil.example/x", 7):
            assert self.read({**BUNDLE, "link": [{"relation": "next", "url": url}]}).next is None
        link = [{"relation": "next", "url": f"{rpps_fhir.BASE}/Practitioner?page=2"}]
        following = self.read({**BUNDLE, "link": link}).next
        assert following
        assert f"{rpps_fhir.BASE}/Practitioner?page=2" == following.url

    @pytest.mark.parametrize("value", [None, 3, "x", [], {}, [None], [{"a": None}], [[]]])
    @pytest.mark.parametrize("name", ["identifier", "name", "qualification", "id", "active", "telecom"])
    def test_any_shape_of_a_part_is_no_more_than_a_part_missing(self, name: str, value: Any) -> None:
        person = {**BUNDLE["entry"][0]["resource"], name: value}

        self.read({**BUNDLE, "entry": [{"resource": person}, {"resource": {**ROLE, "organization": value}}]})

    @pytest.mark.parametrize("bundle", [{}, {"resourceType": "OperationOutcome"}])
    def test_another_resource_is_another_contract(self, bundle: Any) -> None:
        with pytest.raises(SourceError):
            self.read(bundle)
