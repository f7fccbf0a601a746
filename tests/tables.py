"""The tables of template.yaml, created on an embedded AWS without deploying the stack: the schema has one home."""

from __future__ import annotations

from itertools import count
from typing import Any

import yaml

from ops.local.embedded import ROOT
from vigie.adapters.dynamodb import Tables

_NAMES = {
    "practitioners": "PractitionersTable",
    "recipients": "RecipientsTable",
    "sources": "SourcesTable",
    "mentions": "MentionsTable",
    "alerts": "AlertsTable",
    "ledger": "LedgerTable",
}
_KEPT = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
"""What CreateTable takes; the rest is CloudFormation's, and tested on the template."""

_numbers = count(1)


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref`) as nothing: tables need none."""


_Loader.add_multi_constructor("!", lambda *_: None)


def create(client: Any) -> Tables:
    """Six empty tables with names of their own."""
    resources = yaml.load((ROOT / "template.yaml").read_text(), _Loader)["Resources"]
    number = next(_numbers)
    names = {}
    for field, resource in _NAMES.items():
        names[field] = f"{field}-{number}"
        properties = resources[resource]["Properties"]
        client.create_table(TableName=names[field], **{name: properties[name] for name in _KEPT if name in properties})
    return Tables(**names)
