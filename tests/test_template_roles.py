"""template.yaml gives each function the rights it needs, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.template import FUNCTIONS, RESOURCES, leaves, of_type, properties
from vigie.items.sources import CONDITION


def statements(role: str) -> Iterator[dict[str, Any]]:
    for policy in properties(role)["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


TABLE_RIGHTS = {
    "PlanRole": {
        "SourcesTable": {"Query", "GetItem", "UpdateItem"},
        "MentionsTable": {"Query"},
    },
    "ScanRole": {
        "SourcesTable": {"GetItem", "BatchGetItem", "UpdateItem"},
        "PractitionersTable": {"GetItem", "BatchGetItem"},
        "MentionsTable": {"PutItem"},
        "LedgerTable": {"GetItem", "UpdateItem"},
    },
    "NotifyRole": {
        "PractitionersTable": {"GetItem", "ConditionCheckItem"},
        "SourcesTable": {"BatchGetItem"},
        "RecipientsTable": {"GetItem", "UpdateItem", "ConditionCheckItem", "DeleteItem"},
        "MentionsTable": {"Query", "GetItem", "BatchGetItem", "UpdateItem", "DeleteItem"},
        "AlertsTable": {"Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem"},
        "LedgerTable": {"Query", "DeleteItem"},
    },
}
"""The table of docs/architecture.md: who may do what to which table, and nothing else."""


@pytest.mark.parametrize("role", TABLE_RIGHTS)
def test_a_role_may_do_to_the_tables_what_the_architecture_says_and_nothing_else(role):
    rights: dict[str, set[str]] = {}
    for statement in statements(role):
        for action in as_list(statement["Action"]):
            if action.startswith("dynamodb:"):
                for name in {
                    n for leaf in leaves(statement["Resource"]) for n in of_type("AWS::DynamoDB::Table") if n in leaf
                }:
                    rights.setdefault(name, set()).add(action.removeprefix("dynamodb:"))
    assert TABLE_RIGHTS[role] == rights


def test_notify_reads_of_a_source_how_it_fares_and_nothing_else():
    [statement] = [s for s in statements("NotifyRole") if "dynamodb:BatchGetItem" == s["Action"]]
    assert {
        "ForAllValues:StringEquals": {"dynamodb:Attributes": list(CONDITION)},
        "StringEqualsIfExists": {
            "dynamodb:Select": [
                "SPECIFIC_ATTRIBUTES",
                {"Fn::If": ["IsLocal", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"]},
            ]
        },
    } == statement["Condition"]


def test_plan_reads_indexes_and_touches_one_row_only():
    for statement in statements("PlanRole"):
        actions = as_list(statement["Action"])
        if "dynamodb:Query" in actions:
            assert "/index/by-" in next(leaves(statement["Resource"]))
        if "dynamodb:UpdateItem" in actions:
            assert {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["#wheel"]}} == statement["Condition"]


WILDCARDS = {
    ("NotifyRole", "ses:SendEmail"): "'*' on the embedded AWS only, identity/* in the SES sandbox only",
    ("ScanRole", "ssm:GetParameter"): "the keys of this deployment, by their path",
    ("NotifyRole", "sns:Publish"): "a phone number has no ARN: everything but topics",
}
"""The only statements where a star may stand, and why."""


def test_no_role_has_a_wildcard_but_those_explained():
    found = set()
    for role in of_type("AWS::IAM::Role"):
        for statement in statements(role):
            assert "Allow" == statement["Effect"]
            assert "NotAction" not in statement
            actions = as_list(statement["Action"])
            assert not [action for action in actions if "*" in action]
            places = [*leaves(statement.get("Resource", [])), *leaves(statement.get("NotResource", []))]
            if any("*" in place for place in places):
                found.add((role, actions[0]))
    assert set(WILDCARDS) == found


def test_on_aws_mail_leaves_from_one_identity_and_one_configuration_set():
    [statement] = [s for s in statements("NotifyRole") if "ses:SendEmail" in as_list(s["Action"])]
    condition, local, aws = statement["Resource"]["Fn::If"]
    assert ("IsLocal", "*") == (condition, local)
    configuration, identity = aws
    assert configuration["Fn::Sub"].endswith(":configuration-set/${MailConfiguration}")
    sandbox, anyone, ours = identity["Fn::If"]
    assert "IsMailSandbox" == sandbox
    assert anyone["Fn::Sub"].endswith(":identity/*")
    assert ours["Fn::Sub"].endswith(":identity/${MailIdentity}")


def test_no_managed_policy_widens_a_role():
    assert not [name for name, role in of_type("AWS::IAM::Role").items() if "ManagedPolicyArns" in role["Properties"]]
    assert not [name for name in FUNCTIONS if "Policies" in properties(name)]


def test_nothing_is_public():
    types = {resource["Type"] for resource in RESOURCES.values()}
    assert not {t for t in types if "Api" in t or "Url" in t or "S3" in t or "EC2" in t}
    assert not [name for name in FUNCTIONS if "FunctionUrlConfig" in properties(name)]
