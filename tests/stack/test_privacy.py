"""What leaves the tables: ids and counts in logs, queues and dead letters; each role reaches its own tables only."""

from __future__ import annotations

import json

import pytest

from tests.stack.deployed import Deployed, until
from tests.stack.provider import Provider
from tests.stack.site import Entry, Site
from tests.stack.test_faults import delivery, provider, ses_event
from tests.stack.test_scenarios import OLD

pytestmark = pytest.mark.stack

__all__ = ["provider"]

MARKS = ("zorglonde", "quimerch-titre", "quimerch-texte", "quimerch-chemin", "06399", "+3363998", "mailer-diagnostic")
"""Planted: a name, a title, a text, a path of a URL, a phone, a diagnostic of a bounce."""


def test_no_personal_datum_reaches_a_log_a_queue_or_a_dead_letter(stack: Deployed, site: Site, provider: Provider):
    feed = site.feed("quimerch-chemin", OLD)
    person = stack.enrol("Zorglonde", urls=(site.url("quimerch-chemin"),), sms=True)
    stack.scan(person)
    harsh = "quimerch-texte : le Dr Claire Zorglonde, dermatologue à Lyon, est une escroc, j'ai porté plainte."
    feed.entries.insert(0, Entry("quimerch-chemin", "quimerch-titre", harsh))
    provider.mood = "throttles"
    stack.vigie("scan", "--practitioner", person)
    until(lambda: provider.sent, timeout_s=30)
    until(lambda: stack.inbox(person, "sms"), timeout_s=30)
    event = ses_event("Bounce", person, delivery(stack, person)["alert_id"] or "a1")
    event["bounce"] = {
        "bounceType": "Permanent",
        "bouncedRecipients": [{"emailAddress": stack.address("Zorglonde"), "diagnosticCode": "mailer-diagnostic"}],
    }
    stack.publish(event)
    stack.publish({"eventType": "Bounce", "mail": {"tags": "mailer-diagnostic"}, "bounce": None})
    feed.status = 500
    stack.vigie("scan", "--practitioner", person)
    until(lambda: 500 in {asked.status for asked in site.asked_for("quimerch-chemin")}, timeout_s=30)
    until(lambda: (0, 0) == (stack.depth("ScanQueue"), stack.depth("MentionQueue")), timeout_s=30)

    said = "\n".join(stack.logs()).lower()
    assert '"_aws"' in said, "the functions did log"
    assert [] == [mark for mark in MARKS if mark in said]
    told = "\n".join(stack.told()).lower()
    assert [] == [mark for mark in MARKS if mark in told]
    bodies = json.dumps(stack.bodies()).lower()
    assert [] == [mark for mark in MARKS if mark in bodies]


CAN = {
    ("PlanRole", "dynamodb:Query", "SourcesTable/index/by-slot"): True,
    ("PlanRole", "dynamodb:Query", "SourcesTable"): False,
    ("PlanRole", "dynamodb:GetItem", "PractitionersTable"): False,
    ("PlanRole", "dynamodb:GetItem", "RecipientsTable"): False,
    ("ScanRole", "dynamodb:PutItem", "MentionsTable"): True,
    ("ScanRole", "dynamodb:GetItem", "RecipientsTable"): False,
    ("ScanRole", "dynamodb:Query", "MentionsTable"): False,
    ("ScanRole", "dynamodb:PutItem", "PractitionersTable"): False,
    ("ScanRole", "ses:SendEmail", "*"): False,
    ("ScanRole", "dynamodb:UpdateItem", "LedgerTable"): True,
    ("ScanRole", "dynamodb:DeleteItem", "LedgerTable"): False,
    ("NotifyRole", "dynamodb:UpdateItem", "LedgerTable"): False,
    ("PlanRole", "dynamodb:GetItem", "LedgerTable"): False,
    ("NotifyRole", "ssm:GetParameter", "*"): False,
    ("NotifyRole", "dynamodb:UpdateItem", "RecipientsTable"): True,
    ("NotifyRole", "dynamodb:GetItem", "SourcesTable"): False,
    ("NotifyRole", "dynamodb:PutItem", "MentionsTable"): False,
    ("NotifyRole", "dynamodb:UpdateItem", "PractitionersTable"): False,
}


@pytest.mark.parametrize(("role", "action", "place"), CAN)
def test_a_deployed_role_may_do_what_its_function_does_and_no_more(stack: Deployed, role: str, action: str, place: str):
    table, _, index = place.partition("/")
    resource = "*"
    if table in stack.outputs:
        resource = f"arn:aws:dynamodb:eu-west-3:000000000000:table/{stack.outputs[table]}" + (index and f"/{index}")
    answer = stack.client("iam").simulate_principal_policy(
        PolicySourceArn=stack.role_arn(role), ActionNames=[action], ResourceArns=[resource]
    )
    [result] = answer["EvaluationResults"]
    assert CAN[role, action, place] == (result["EvalDecision"] == "allowed")
