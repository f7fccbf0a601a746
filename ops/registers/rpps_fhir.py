"""The register of practitioners (RPPS), by the FHIR service of the Annuaire Santé: the same, without a day's delay.

What it reads: a Practitioner with their roles, then the organisations where they practise, which have the addresses.
https://github.com/ansforge/IG-fhir-annuaire

Limits: it needs a key (free, from portal.api.esante.gouv.fr). Specialties come as codes without a label: those that
are not known here are left to the operator (`--specialty`). Seventeen requests a second at most. Nobody is
searched by specialty or by place.

Terms of use: only what is public is asked for. Addresses of the secure mail of health (MSSanté) are for care: they are
not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ops.answers import object_of, objects, text
from ops.registers import BY, Answer, Entry, Practice, Skill
from vigie.errors import SourceError
from vigie.exchange import Request, Response, Secret
from vigie.model import OutcomeKind, Provider

KEY = "esante"
PARAMS = BY
PROVIDER = Provider(
    "rpps_fhir", {KEY: "key of the Annuaire Santé API, free: https://portal.api.esante.gouv.fr"}, interval_ms=200
)

BASE = "https://gateway.api.esante.gouv.fr/fhir/v2"
RPPS = "https://rpps.esante.gouv.fr"
NATIONAL = "urn:oid:1.2.250.1.71.4.2.1"
"""Systems of the identifiers: the RPPS number, and the national one (8 and the RPPS number)."""

_MOST = 200
_NUMBER = re.compile(r"\d{11}")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_PROFESSION, _ORDINAL = "TRE-G15-ProfessionSante", "TRE-R38-SpecialiteOrdinale"
_LABELS = {
    (_PROFESSION, "10"): "Médecin",
    (_PROFESSION, "21"): "Pharmacien",
    (_PROFESSION, "40"): "Chirurgien-Dentiste",
    (_PROFESSION, "50"): "Sage-Femme",
    (_PROFESSION, "60"): "Infirmier",
    (_PROFESSION, "70"): "Masseur-Kinésithérapeute",
    (_ORDINAL, "SM15"): "Dermatologie et vénéréologie",
    (_ORDINAL, "SM53"): "Spécialiste en Médecine Générale",
    (_ORDINAL, "SM54"): "Médecine Générale",
}
"""Codes whose meaning is documented; https://mos.esante.gouv.fr/NOS/ has them all, under their own terms."""
_TITLES = {"DR": "Dr", "PR": "Pr"}


def by_number(rpps: str) -> Request:
    """The person of that RPPS number, with their roles."""
    return _asked("Practitioner", {"identifier": f"{RPPS}|{rpps}", "_revinclude": "PractitionerRole:practitioner"})


def by_name(first: str, last: str) -> Sequence[Sequence[Request]]:
    """Everybody whose names begin so: FHIR searches names without regard to case and accents."""
    asked = {"family": last, "given": first, "_revinclude": "PractitionerRole:practitioner"}
    return [[_asked("Practitioner", asked)]]


def read(response: Response) -> Answer:
    """The people, or the organisations, of a Bundle. Raises `SourceError(CONTRACT_CHANGED)`."""
    bundle = object_of(response.body)
    if bundle.get("resourceType") != "Bundle":
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no Bundle")
    found = [e["resource"] for e in objects(bundle.get("entry"), _MOST) if isinstance(e.get("resource"), dict)]
    roles = [resource for resource in found if resource.get("resourceType") == "PractitionerRole"]
    entries = [
        entry
        for resource in found
        if resource.get("resourceType") == "Practitioner" and (entry := _entry(resource, roles))
    ]
    places = {
        f"Organization/{text(resource.get('id'))}": _place(resource)
        for resource in found
        if resource.get("resourceType") == "Organization"
    }
    refs = dict.fromkeys(p.ref.partition("/")[2] for e in entries for p in e.practices if p.ref)
    follows = _next(bundle)
    if refs and not follows:
        follows = _asked("Organization", {"_id": ",".join(refs)})
    return Answer(tuple(entries), follows, places)


def refused(response: Response) -> SourceError | None:
    """401 and 403 are about the key; the rest is as its status says."""
    if response.status in (401, 403):
        return SourceError(OutcomeKind.AUTH_FAILED, f"status {response.status}")
    if response.status in (400, 404, 410, 422):
        return SourceError(OutcomeKind.CONTRACT_CHANGED, f"status {response.status}")
    return None


def _asked(resource: str, where: Mapping[str, str]) -> Request:
    return _with_key(f"{BASE}/{resource}?{urlencode({**where, '_count': '50'}, quote_via=quote)}")


def _with_key(url: str) -> Request:
    return Request(url, {"Accept": "application/fhir+json"}, secrets=(Secret(KEY, header="ESANTE-API-KEY"),))


def _next(bundle: Mapping[str, Any]) -> Request | None:
    """The following page, if it is the service's own: the key goes nowhere else."""
    for link in objects(bundle.get("link"), 20):
        url = link.get("url")
        if link.get("relation") == "next" and isinstance(url, str) and url.isascii() and url.startswith(f"{BASE}/"):
            return _with_key(f"{BASE}{urlsplit(url).path.removeprefix(urlsplit(BASE).path)}?{urlsplit(url).query}")
    return None


def _entry(person: Mapping[str, Any], roles: Sequence[Mapping[str, Any]]) -> Entry | None:
    numbers = {text(i.get("system")): text(i.get("value")) for i in objects(person.get("identifier"), 20)}
    number, national = numbers.get(RPPS, ""), numbers.get(NATIONAL, "")
    if not _NUMBER.fullmatch(number):
        number = national[1:] if national[:1] == "8" and _NUMBER.fullmatch(national[1:]) else ""
    own = [role for role in roles if _reference(role.get("practitioner")) == f"Practitioner/{text(person.get('id'))}"]
    name = next(iter(objects(person.get("name"), 5)), {})
    active = person.get("active") is not False
    if not (national or number) or (active and not text(name.get("family"))):
        return None
    coded = [*_codes(person), *(code for role in own for code in _codes(role))]
    return Entry(
        national_id=national or f"8{number}",
        rpps=number,
        title=next((_TITLES[part] for part in _texts(name.get("suffix")) if part in _TITLES), ""),
        first=" ".join(_texts(name.get("given"))),
        last=text(name.get("family")),
        profession=next((_LABELS[code] for code in coded if code[0] == _PROFESSION and code in _LABELS), ""),
        skills=tuple(sorted({Skill(0, _LABELS[code]) for code in coded if code[0] == _ORDINAL and code in _LABELS})),
        practices=tuple(Practice(ref=ref) for ref in dict.fromkeys(map(_where, own)) if ref),
        active=active,
    )


def _where(role: Mapping[str, Any]) -> str:
    ref = _reference(role.get("organization"))
    return ref if role.get("active") is not False and ref.startswith("Organization/") else ""


def _reference(value: object) -> str:
    """`Organization/1`, from a reference however absolute."""
    written = text(value.get("reference")) if isinstance(value, dict) else ""
    kind, _, ident = "/".join(written.split("/")[-2:]).partition("/")
    return f"{kind}/{ident}" if _ID.fullmatch(ident) and _ID.fullmatch(kind) else ""


def _codes(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(system, code) of each coding of their qualifications; the system by its last name."""
    held = [entry.get("code") for entry in objects(resource.get("qualification"), 50)]
    for code in (*held, *objects(resource.get("code"), 50), *objects(resource.get("specialty"), 50)):
        for coding in objects(code.get("coding"), 20) if isinstance(code, dict) else ():
            yield text(coding.get("system")).rpartition("/")[2], text(coding.get("code"))


def _place(organisation: Mapping[str, Any]) -> Practice:
    address: Mapping[str, Any] = next(iter(objects(organisation.get("address"), 5)), {})
    phones = [
        text(contact.get("value"))
        for contact in objects(organisation.get("telecom"), 20)
        if contact.get("system") == "phone"
    ]
    return Practice(
        name=text(organisation.get("name")),
        town=text(address.get("city")),
        postcode=text(address.get("postalCode")),
        phones=tuple(filter(None, phones)),
    )


def _texts(value: object) -> list[str]:
    return [found for entry in value[:10] if (found := text(entry))] if isinstance(value, list) else []
