"""SMS by Amazon SNS, and words to the operator through one of its topics."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

from vigie.adapters.refusals import Rule, held_off, refusal
from vigie.errors import ChannelError
from vigie.ports import Message, Tags

logger = logging.getLogger(__name__)

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

_LONGEST_SUBJECT = 100
"""SNS refuses a longer one, or one that is not printable ASCII, and the whole message with it."""


class SnsTexter:
    """Sends by SNS. `client` gives its client, made so that it never repeats a call (`adapters.aws`)."""

    def __init__(self, client: Callable[[], Any], sender_id: str) -> None:
        self._client = client
        self._sender_id = sender_id

    def send(self, message: Message, tags: Tags) -> str:  # noqa: ARG002 - SNS carries no tags of an SMS
        """See `ports.Texter`."""
        if not _E164.fullmatch(message.to):
            raise ChannelError("invalid_number", permanent=True)
        attributes = {"AWS.SNS.SMS.SMSType": "Transactional"}  # else SNS prefers what is cheap to what arrives
        if self._sender_id:
            attributes["AWS.SNS.SMS.SenderID"] = self._sender_id
        client = self._client()
        try:
            answer = client.publish(
                PhoneNumber=message.to,
                Message=message.text,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
            return str(answer["MessageId"])
        except Exception as error:  # noqa: BLE001 - whatever happened in the client, the doubt is kept
            raise refusal(error, _RULES) from None


def _invalid(sentence: str) -> ChannelError:
    lowered = sentence.lower()
    if "opted out" in lowered:
        return _opted_out(sentence)
    if "verified" in lowered or "sandbox" in lowered:
        return ChannelError("not_verified")
    if "phonenumber" in lowered or "phone number" in lowered:
        return ChannelError("invalid_number", permanent=True)
    return held_off("InvalidParameter")


def _opted_out(_sentence: str) -> ChannelError:
    return ChannelError("opted_out", permanent=True)


_RULES: dict[str, Rule] = {
    "InvalidParameter": _invalid,
    "InvalidParameterException": _invalid,
    "InvalidParameterValue": _invalid,
    "InvalidParameterValueException": _invalid,
    "OptedOut": _opted_out,
    "OptedOutException": _opted_out,
    "UserError": _invalid,
    "UserErrorException": _invalid,
    "ValidationException": _invalid,
}


class SnsOperator:
    """Tells the operator through a topic. What it cannot say is logged, and stands in the store anyway."""

    def __init__(self, client: Callable[[], Any], topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def tell(self, subject: str, text: str) -> None:
        """See `ports.Operator`: never raises."""
        line = " ".join("".join(c if " " <= c <= "~" else " " for c in subject).split())[:_LONGEST_SUBJECT].strip()
        try:
            self._client().publish(TopicArn=self._topic_arn, Subject=line or "Vigie", Message=text)
        except Exception as error:  # noqa: BLE001 - the flow goes on without its operator
            logger.error("operator not told: %s", type(error).__name__)
