"""template.yaml tells the operator what goes wrong, and tells nobody what is theirs."""

from __future__ import annotations

import pytest

from tests.template import GLOBALS, ROOT, leaves, of_type, properties


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
