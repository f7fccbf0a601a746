"""template.yaml says what the embedded AWS would not notice: it drops or ignores most of what is asserted here."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
import yaml

from ops.local import deploy, embedded
from vigie.items.sources import CONDITION
from vigie.settings import Settings

ROOT = embedded.ROOT


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Ref X` reads as {"Ref": "X"}."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        value = value.split(".") if suffix == "GetAtt" else value
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)

TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
GLOBALS: dict[str, Any] = TEMPLATE["Globals"]["Function"]

FUNCTIONS = ("PlanFunction", "ScanFunction", "NotifyFunction")
QUEUES = {"ScanQueue": "ScanFunction", "MentionQueue": "NotifyFunction"}
DEAD_LETTERS = ("TickDeadLetters", "ScanDeadLetters", "MentionDeadLetters")


def of_type(kind: str) -> dict[str, Any]:
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[name].get("Properties", {})
    return found


def statements(role: str) -> Iterator[dict[str, Any]]:
    for policy in properties(role)["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield str(value)


def test_sam_and_cfn_lint_find_nothing_to_say():
    program = embedded.executable("sam", "sam")
    env = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(
        [program, "validate", "--lint", "--region", embedded.REGION], cwd=ROOT, env=env, capture_output=True, text=True
    )
    said = done.stdout.replace(f"{ROOT}/template.yaml is a valid SAM Template", "").strip()
    assert (0, "") == (done.returncode, said)


def test_the_template_has_no_yaml_alias_which_cloudformation_does_not_read():
    assert not re.search(r"(?m)[:,\[-] +[&*]\w", (ROOT / "template.yaml").read_text())


# ---------------------------------------------------------------- settings and parameters


def test_every_variable_is_a_setting_and_every_setting_a_variable():
    given = {name for name in GLOBALS["Environment"]["Variables"] if not name.startswith(("POWERTOOLS_", "PYTHON"))}
    assert {field.name.upper() for field in fields(Settings)} == given


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_adds_no_variable_but_its_name(name):
    assert ["POWERTOOLS_SERVICE_NAME"] == list(properties(name)["Environment"]["Variables"])


def test_every_parameter_is_described_in_a_sentence_and_shown_in_a_group():
    for name, parameter in TEMPLATE["Parameters"].items():
        assert len(parameter["Description"].split()) > 5, name
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(TEMPLATE["Parameters"]) == sorted(name for group in groups for name in group["Parameters"])


def test_what_only_a_local_deployment_may_do_is_off_by_default():
    defaults = {name: parameter.get("Default") for name, parameter in TEMPLATE["Parameters"].items()}
    assert ("", "false", "false", "false") == (
        defaults["FetchAllowlist"],
        defaults["Local"],
        defaults["AllowOutsideEu"],
        defaults["MailSandbox"],
    )


def test_the_local_deployment_answers_only_parameters_there_are_and_all_that_have_no_default():
    required = {name for name, parameter in TEMPLATE["Parameters"].items() if "Default" not in parameter}
    assert required <= set(deploy.LOCAL_PARAMETERS) <= set(TEMPLATE["Parameters"])


def test_a_region_outside_the_union_is_refused_unless_forced():
    [assertion] = TEMPLATE["Rules"]["StaysInTheEu"]["Assertions"]
    regions, _ = assertion["Assert"]["Fn::Contains"]
    assert "eu-west-3" in regions
    assert not {"eu-west-2", "eu-central-2", "us-east-1"} & set(regions)  # London and Zürich are not in the Union


# ---------------------------------------------------------------- functions


def test_functions_run_on_python_313_on_arm64_with_one_layer_built_by_makefile():
    assert ("python3.13", ["arm64"], [{"Ref": "CommonLayer"}]) == (
        GLOBALS["Runtime"],
        GLOBALS["Architectures"],
        GLOBALS["Layers"],
    )
    layer = RESOURCES["CommonLayer"]
    assert {"BuildMethod": "makefile", "BuildArchitecture": "arm64"} == layer["Metadata"]
    assert (["python3.13"], ["arm64"]) == (
        layer["Properties"]["CompatibleRuntimes"],
        layer["Properties"]["CompatibleArchitectures"],
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_its_own_role_log_group_and_limits(name):
    short = name.removesuffix("Function")
    facts = properties(name)
    assert {"Fn::GetAtt": [f"{short}Role", "Arn"]} == facts["Role"]
    assert {"LogGroup": {"Ref": f"{short}Logs"}} == facts["LoggingConfig"]
    assert facts["Timeout"] <= 120
    assert facts["MemorySize"] <= 512


def test_every_log_group_forgets():
    groups = of_type("AWS::Logs::LogGroup")
    assert {"PlanLogs", "ScanLogs", "NotifyLogs"} == set(groups)
    assert all({"Ref": "LogRetentionDays"} == group["Properties"]["RetentionInDays"] for group in groups.values())
    assert 30 == TEMPLATE["Parameters"]["LogRetentionDays"]["Default"]


# ---------------------------------------------------------------- the schedule


def test_the_schedule_retries_less_long_than_a_tick_and_keeps_what_failed():
    target = properties("TickSchedule")["Target"]
    assert {"Arn": {"Fn::GetAtt": ["TickDeadLetters", "Arn"]}} == target["DeadLetterConfig"]
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    for minutes, tick in TEMPLATE["Mappings"]["Tick"].items():
        assert 60 <= tick["MaxAge"] <= max(60 * int(minutes) - 1, 60)  # 60 s is the least AWS accepts
        assert 3 * 60 * int(minutes) <= tick["Silence"]
        assert ("rate(1 minute)" if minutes == "1" else f"rate({minutes} minutes)") == tick["Rate"]
    assert list(TEMPLATE["Mappings"]["Tick"]) == TEMPLATE["Parameters"]["TickMinutes"]["AllowedValues"]
    age = {"Fn::FindInMap": ["Tick", {"Ref": "TickMinutes"}, "MaxAge"]}
    invoke = properties("PlanFunction")["EventInvokeConfig"]
    assert (age, age) == (target["RetryPolicy"]["MaximumEventAgeInSeconds"], invoke["MaximumEventAgeInSeconds"])
    assert {"Type": "SQS", "Destination": {"Fn::GetAtt": ["TickDeadLetters", "Arn"]}} == (
        invoke["DestinationConfig"]["OnFailure"]
    )


def test_the_schedule_relies_on_no_time_zone():
    for schedule in of_type("AWS::Scheduler::Schedule").values():
        assert not {"ScheduleExpressionTimezone", "StartDate", "EndDate"} & set(schedule["Properties"])


# ---------------------------------------------------------------- queues


@pytest.mark.parametrize(("queue", "function"), QUEUES.items())
def test_a_queue_follows_the_rules_of_sqs_event_sources(queue, function):
    facts = properties(queue)
    assert facts["VisibilityTimeout"] >= 6 * properties(function)["Timeout"]
    assert facts["RedrivePolicy"]["maxReceiveCount"] >= 5
    assert 4 * 86400 == facts["MessageRetentionPeriod"]
    [source] = [e["Properties"] for e in properties(function)["Events"].values() if e["Type"] == "SQS"]
    assert {"Fn::GetAtt": [queue, "Arn"]} == source["Queue"]
    assert ["ReportBatchItemFailures"] == source["FunctionResponseTypes"]
    assert "MaximumBatchingWindowInSeconds" not in source  # the embedded AWS ignores it: nothing may rest on it
    limit = TEMPLATE["Parameters"][source["ScalingConfig"]["MaximumConcurrency"]["Ref"]]
    assert 2 <= limit["MinValue"] <= limit["Default"] <= limit["MaxValue"] <= 1000


def test_news_gathers_for_a_while_that_nobody_notices():
    assert 10 <= properties("MentionQueue")["DelaySeconds"] <= 30
    assert "DelaySeconds" not in properties("ScanQueue")


@pytest.mark.parametrize("queue", DEAD_LETTERS)
def test_dead_letters_are_kept_longest_and_any_raises_an_alarm(queue):
    assert 14 * 86400 == properties(queue)["MessageRetentionPeriod"]
    [alarm] = [
        facts
        for facts in (a["Properties"] for a in of_type("AWS::CloudWatch::Alarm").values())
        if [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}] == facts.get("Dimensions")
    ]
    assert ("ApproximateNumberOfMessagesVisible", 1, "GreaterThanOrEqualToThreshold") == (
        alarm["MetricName"],
        alarm["Threshold"],
        alarm["ComparisonOperator"],
    )


def test_every_queue_is_encrypted_and_refuses_clear_text():
    queues = of_type("AWS::SQS::Queue")
    assert all(queue["Properties"]["SqsManagedSseEnabled"] is True for queue in queues.values())
    policy = properties("QueuesOverTls")
    assert sorted(queues) == sorted(each["Ref"] for each in policy["Queues"])
    [statement] = policy["PolicyDocument"]["Statement"]
    assert ("Deny", {"Bool": {"aws:SecureTransport": "false"}}) == (statement["Effect"], statement["Condition"])
    assert {"Fn::Not": [{"Fn::Equals": [{"Ref": "Local"}, "true"]}]} == TEMPLATE["Conditions"]["IsOnAws"]


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize("table", of_type("AWS::DynamoDB::Table"))
def test_a_table_is_on_demand_encrypted_recoverable_expires_rows_and_outlives_the_stack(table):
    facts = properties(table)
    assert "PAY_PER_REQUEST" == facts["BillingMode"]
    assert {"AttributeName": "ttl", "Enabled": True} == facts["TimeToLiveSpecification"]
    assert {"PointInTimeRecoveryEnabled": True} == facts["PointInTimeRecoverySpecification"]
    assert {"SSEEnabled": True} == facts["SSESpecification"]
    assert ("Retain", "Retain") == (RESOURCES[table]["DeletionPolicy"], RESOURCES[table]["UpdateReplacePolicy"])


def test_there_are_six_tables_and_indexes_hold_keys_only():
    names = ("Practitioners", "Recipients", "Sources", "Mentions", "Alerts", "Ledger")
    assert {f"{name}Table" for name in names} == set(of_type("AWS::DynamoDB::Table"))
    indexes = {
        index["IndexName"]: index["Projection"]["ProjectionType"]
        for table in of_type("AWS::DynamoDB::Table").values()
        for index in table["Properties"].get("GlobalSecondaryIndexes", [])
    }
    assert {"by-identity": "KEYS_ONLY", "by-slot": "KEYS_ONLY", "by-due": "KEYS_ONLY"} == indexes


# ---------------------------------------------------------------- alarms and topics


def test_every_alarm_tells_the_operator_both_ways_and_says_what_is_wrong():
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        facts = alarm["Properties"]
        assert [{"Ref": "OperatorTopic"}] == facts["AlarmActions"] == facts["OKActions"], name
        assert len(facts["AlarmDescription"].split()) >= 6, name


def test_silence_of_the_schedule_is_an_alarm():
    facts = properties("NoTickAlarm")
    assert ("breaching", "LessThanThreshold", 1) == (
        facts["TreatMissingData"],
        facts["ComparisonOperator"],
        facts["Threshold"],
    )


@pytest.mark.parametrize(
    "metric",
    [
        "ApproximateAgeOfOldestMessage",
        "Errors",
        "Throttles",
        "SMSMonthToDateSpentUSD",
        "OldestDueSeconds",
        "ItemsNotJudged",
    ],
)
def test_there_is_an_alarm_on(metric):
    wanted = {"ApproximateAgeOfOldestMessage": 2, "Errors": 3, "Throttles": 3}.get(metric, 1)
    found = [a for a in of_type("AWS::CloudWatch::Alarm").values() if a["Properties"]["MetricName"] == metric]
    assert wanted == len(found)


OURS = {"Fn::Sub": "Vigie/${AWS::StackName}"}
"""Namespace of our own metrics: of each deployment, or one would hide the silence of another."""


def test_our_own_metrics_in_alarms_and_dashboard_are_those_the_functions_emit():
    emitted = (ROOT / "layers/common/vigie/observe.py").read_text()
    ours = {
        (a["Properties"]["MetricName"], a["Properties"]["Dimensions"][0]["Value"])
        for a in of_type("AWS::CloudWatch::Alarm").values()
        if a["Properties"]["Namespace"] == OURS
    }
    assert OURS == GLOBALS["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
    assert {("Ticks", "plan"), ("OldestDueSeconds", "plan"), ("ItemsNotJudged", "scan")} == ours
    assert '"ItemsNotJudged"' in emitted
    body = "".join(leaves(properties("Dashboard")["DashboardBody"]))
    for name in ("Ticks", "TickLagMinutes", "OldestDueSeconds", "SourcesSeen", "SourcesNotSeen", "MentionsFound"):
        assert f'"{name}"' in emitted
        assert f'"{name}"' in body


def test_mail_events_come_back_and_nobody_is_tracked():
    destination = properties("MailEvents")["EventDestination"]
    assert {"send", "delivery", "bounce", "complaint", "reject", "renderingFailure"} == set(
        destination["MatchingEventTypes"]
    )
    assert {"Ref": "DeliveryTopic"} == destination["SnsDestination"]["TopicARN"]
    assert "TrackingOptions" not in properties("MailConfiguration")
    assert {"Type": "SNS", "Properties": {"Topic": {"Ref": "DeliveryTopic"}}} == (
        properties("NotifyFunction")["Events"]["DeliveryEvents"]
    )


def test_events_that_quote_addresses_have_no_dead_letter_queue():
    assert "DestinationConfig" not in properties("NotifyFunction")["EventInvokeConfig"]
    assert "DeadLetterQueue" not in properties("NotifyFunction")


@pytest.mark.parametrize(("policy", "service"), [("DeliveryTopicPolicy", "ses"), ("OperatorTopicPolicy", "cloudwatch")])
def test_a_topic_takes_messages_from_one_service_of_this_account_only(policy, service):
    [statement] = properties(policy)["PolicyDocument"]["Statement"]
    assert {"Service": f"{service}.amazonaws.com"} == statement["Principal"]
    assert {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}} == statement["Condition"]


# ---------------------------------------------------------------- roles

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
