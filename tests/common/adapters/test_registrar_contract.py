"""Who is enrolled, what is on record and what erasure leaves: one suite for the store in memory and for DynamoDB's.

Who watches what is in test_registrar_contract_watching.py.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.common.adapters.conftest import Store
from tests.common.adapters.facts import (
    DAY,
    MAIL,
    ME,
    MINUTE,
    NOW,
    PERSON,
    PHONE,
    SOURCE,
    alert,
    delivered,
    enrolled,
    expanded,
    found,
    leased,
    mention,
    person,
)
from vigie.enrolment import Backlog
from vigie.identity import source_id
from vigie.model import AlertState, Mention, MentionStatus, Practice, Recipient, Roster, Source

# Enrolment


def test_a_practitioner_comes_back_as_enrolled(store: Store) -> None:
    assert store.registrar.enrol(PERSON, [PHONE, MAIL], "h1")

    enrolment = store.registrar.enrolment(ME)
    assert enrolment is not None
    assert PERSON == enrolment.practitioner
    assert Roster(ME, (PHONE, MAIL), version=1, epoch=0) == enrolment.roster
    assert frozenset() == enrolment.source_ids


def test_where_else_they_practise_comes_back_and_what_was_stated_first_stays(store: Store) -> None:
    places = (Practice("Clinique des Tilleuls", "Valence", "26000", "+33465710077"), Practice(None, "Nice", "06000"))
    store.registrar.enrol(replace(PERSON, practices=places, statement="self_or_mandated"), [MAIL], "h1")
    store.registrar.enrol(replace(PERSON, practices=places[1:], statement=None), [MAIL], "h1")

    enrolment = store.registrar.enrolment(ME)
    assert enrolment is not None
    assert (places[1:], "self_or_mandated") == (enrolment.practitioner.practices, enrolment.practitioner.statement)


def test_nobody_is_found_who_was_not_enrolled(store: Store) -> None:
    assert store.registrar.enrolment("pnobody") is None
    assert store.registrar.export("pnobody") is None
    assert store.registrar.find("h1") is None
    assert [] == list(store.registrar.everyone())
    assert [] == store.registrar.watched("pnobody")
    assert [] == list(store.registrar.mentions("pnobody"))
    assert [] == list(store.registrar.alerts("pnobody"))


def test_a_practitioner_is_found_by_who_they_are(store: Store) -> None:
    store.registrar.enrol(PERSON, [MAIL], "h1")
    store.registrar.enrol(person("pother"), [MAIL], "h2")

    assert ME == store.registrar.find("h1")
    assert "pother" == store.registrar.find("h2")


def test_enrolling_again_updates_and_forgets_what_is_not_said_any_more(store: Store) -> None:
    store.registrar.enrol(PERSON, [MAIL], "h1")
    moved = person(city="Paris", practice_name=None, aliases=(), created_at=NOW + DAY, consent_at=NOW + DAY)

    assert not store.registrar.enrol(moved, [MAIL], "h3")
    enrolment = store.registrar.enrolment(ME)
    assert enrolment is not None
    assert replace(moved, created_at=NOW, consent_at=PERSON.consent_at) == enrolment.practitioner
    assert (None, ME) == (store.registrar.find("h1"), store.registrar.find("h3"))
    assert 1 == len(list(store.registrar.everyone()))


def test_an_update_keeps_what_is_known_of_an_address(store: Store) -> None:
    enrolled(store)
    store.notify.hold_address(ME, "rmail", "bounced")
    unknown = Recipient("rmail", "email", MAIL.address, mode="instant", language="en")
    new = Recipient("rnew", "email", "secretariat@morvant.example")
    store.registrar.enrol(PERSON, [new, unknown], "h1")

    roster = store.notify.roster(ME)
    assert roster is not None
    assert (new, replace(unknown, verified_at=NOW, held_reason="bounced")) == roster.recipients
    assert 3 == roster.version


def test_an_update_that_changes_no_recipient_does_not_disturb_what_is_being_sent(store: Store) -> None:
    enrolled(store)
    mentions = expanded(store)
    intent = alert(leased(store))
    store.registrar.enrol(person(city="Paris"), [MAIL, PHONE], "h1")

    assert store.notify.write_intent(intent, mentions)


def test_an_update_keeps_the_lease_and_what_is_watched(store: Store) -> None:
    enrolled(store)
    store.registrar.watch(ME, SOURCE)
    before = leased(store)
    store.registrar.enrol(person(city="Paris"), [PHONE], "h1")

    enrolment = store.registrar.enrolment(ME)
    assert enrolment is not None
    assert replace(before, recipients=(PHONE,), version=2) == enrolment.roster
    assert {SOURCE.source_id} == enrolment.source_ids


def test_an_address_taken_out_and_enrolled_again_is_a_new_one(store: Store) -> None:
    """Which is how an operator gives a held address another chance."""
    enrolled(store)
    store.notify.hold_address(ME, "rmail", "bounced")
    store.registrar.enrol(PERSON, [], "h1")
    store.registrar.enrol(PERSON, [MAIL], "h1")

    roster = store.notify.roster(ME)
    assert roster is not None
    assert (MAIL,) == roster.recipients


def test_one_address_given_twice_is_one_recipient(store: Store) -> None:
    store.registrar.enrol(PERSON, [MAIL, replace(MAIL, language="en")], "h1")

    roster = store.notify.roster(ME)
    assert roster is not None
    assert (replace(MAIL, language="en"),) == roster.recipients


def test_an_update_and_a_bounce_at_once_are_both_kept(store: Store) -> None:
    enrolled(store)
    with ThreadPoolExecutor(4) as pool:
        holds = [pool.submit(store.notify.hold_address, ME, r, "bounced") for r in ("rmail", "rphone")]
        updates = [pool.submit(store.registrar.enrol, person(city=c), [PHONE, MAIL], "h1") for c in ("Paris", "Nice")]
        done = [future.result() for future in (*holds, *updates)]

    assert [True, True, False, False] == done
    roster = store.notify.roster(ME)
    assert roster is not None
    assert {"rmail": "bounced", "rphone": "bounced"} == {r.recipient_id: r.held_reason for r in roster.recipients}
    assert 4 == roster.version


def test_everybody_is_listed(store: Store) -> None:
    people = [person(f"p{number}") for number in range(12)]
    for one in people:
        store.registrar.enrol(one, [], f"h{one.practitioner_id}")

    assert people == sorted(store.registrar.everyone(), key=lambda one: int(one.practitioner_id[1:]))


def test_every_roster_is_listed(store: Store) -> None:
    enrolled(store)
    store.registrar.enrol(person("pother"), [], "hother")
    store.notify.hold_address(ME, "rmail", "bounced")

    rosters = {roster.practitioner_id: roster for roster in store.registrar.all_rosters()}
    assert {ME: store.notify.roster(ME), "pother": Roster("pother", ())} == rosters


# What is on record


def test_the_backlog_is_what_is_still_open(store: Store) -> None:
    assert Backlog() == store.registrar.backlog()
    for number in range(3):
        store.sources.put_mention(mention(f"m{number}", due_at=NOW - number * MINUTE))
    store.sources.put_mention(mention("mb", status=MentionStatus.BASELINE, due_at=None))

    assert Backlog(3, NOW - 2 * MINUTE) == store.registrar.backlog()


def test_all_mentions_of_one_are_listed_and_expired_texts_are_not(store: Store) -> None:
    for number in range(4):
        store.sources.put_mention(mention(f"m{number}"))
    store.sources.put_mention(mention("mold", status=MentionStatus.BASELINE, expires_at=NOW))
    store.sources.put_mention(mention("mx", practitioner_id="pother"))
    listed = {found.mention_id: found for found in store.registrar.mentions(ME)}

    assert {"m0", "m1", "m2", "m3", "mold"} == set(listed)
    assert (mention("m0"), "") == (listed["m0"], listed["mold"].title)


def test_alerts_are_listed_until_retention_reaches_them(store: Store) -> None:
    enrolled(store)
    for number, at in enumerate([NOW - 91 * DAY, NOW - 89 * DAY, NOW]):
        (told,) = expanded(store, [f"m{number}"])
        intent = alert(leased(store), ids=[told.mention_id], alert_id=f"a{at:%Y%m%dt%H%M%S}", created_at=at)
        assert store.notify.write_intent(intent, [told])

    assert [NOW - 89 * DAY, NOW] == [found.created_at for found in store.registrar.alerts(ME)]


def test_a_dossier_holds_everything(store: Store) -> None:
    enrolled(store)
    store.registrar.watch(ME, SOURCE)
    told = sent(store)
    dossier = store.registrar.export(ME)

    assert dossier is not None
    assert store.registrar.enrolment(ME) == dossier.enrolment
    assert (store.registrar.watched(ME), [told]) == (list(dossier.sources), list(dossier.mentions))
    assert ["claire@morvant.example"] == [found.address for found in dossier.alerts]


# Erasure


def test_an_erased_practitioner_leaves_nothing(store: Store) -> None:
    enrolled(store)
    enrolled(store, "pother")
    store.registrar.watch(ME, SOURCE)
    store.registrar.watch("pother", SOURCE)
    params = {"url": "https://forum.example/"}
    store.registrar.watch(ME, Source(source_id("page", params), "page", params, 60, "forum.example"))
    sent(store)
    store.sources.put_mention(mention("mx", practitioner_id="pother"))

    assert 4 == store.registrar.erase(ME)
    assert store.registrar.enrolment(ME) is None
    assert store.registrar.find(f"h-{ME}") is None
    assert store.notify.roster(ME) is None
    assert ([], []) == (list(store.registrar.mentions(ME)), list(store.registrar.alerts(ME)))
    (left,) = store.registrar.all_sources()
    assert {"pother"} == left.watchers == left.fresh
    assert ["mx"] == [found.mention_id for found in store.registrar.mentions("pother")]
    assert ["pother"] == [one.practitioner_id for one in store.registrar.everyone()]


def test_erasing_again_finishes_what_a_crash_left(store: Store) -> None:
    enrolled(store)
    store.registrar.erase(ME)
    store.sources.put_mention(mention("mlate"))

    assert 1 == store.registrar.erase(ME)
    assert 0 == store.registrar.erase(ME)
    assert 0 == store.registrar.erase("pnobody")


def test_hundreds_of_rows_are_erased(store: Store) -> None:
    """A transaction holds a hundred."""
    enrolled(store)
    for number in range(205):
        store.sources.put_mention(mention(f"m{number}"))

    assert 207 == store.registrar.erase(ME)


def sent(store: Store) -> Mention:
    """A mention that was told."""
    mentions = expanded(store)
    intent = alert(leased(store))
    assert store.notify.write_intent(intent, mentions)
    assert store.notify.settle(intent, AlertState.ACCEPTED, delivered(intent), now=NOW)
    return found(store)
