"""template.yaml says what the embedded AWS would not notice: it drops or ignores most of what is asserted here.

Its alarms and topics are in test_template_alarms.py, its roles in test_template_roles.py.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import fields

import pytest

from ops.local import deploy, embedded
from tests.template import FUNCTIONS, GLOBALS, RESOURCES, ROOT, TEMPLATE, of_type, properties
from vigie.settings import Settings

QUEUES = {"ScanQueue": "ScanFunction", "MentionQueue": "NotifyFunction"}
DEAD_LETTERS = ("TickDeadLetters", "ScanDeadLetters", "MentionDeadLetters")


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
