"""The installed `vigie`, typed as a stranger would, from a folder of their own, against a deployed stack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.stack.deployed import Deployed
from tests.stack.site import Entry, Site

pytestmark = pytest.mark.stack

ABOUT_HER = Entry("c2", "Avis", "Le Dr Anne Kerbastard, cardiologue à Quimper, m'a escroqué : plainte déposée.")
NAMESAKE = Entry("c3", "Boulangerie", "Anne Kerbastard, boulangère à Toulouse, ouvre sa deuxième boutique.")
OLD = Entry("c1", "Ancien", "Dr Anne Kerbastard, cardiologue à Quimper, prend de nouveaux patients.")

PROFILE: dict[str, Any] = {
    "id": "x1",
    "title": "Dr",
    "first_names": ["Anne"],
    "last_names": ["Kerbastard"],
    "specialty": "cardiologue",
    "city": "Quimper",
    "postcode": "29000",
    "practice_name": None,
    "phone": "+33261911000",
    "website": None,
    "rpps": "10990007771",
    "aliases": [],
    "excluded": [],
    "recipients": [
        {"channel": "email", "address": "anne@kerbastard.example"},
        {"channel": "sms", "address": "+33639980777"},
    ],
}


@pytest.fixture
def typed(stack: Deployed, tmp_path: Path) -> Any:
    """Runs what one would type after `vigie`, in a folder that is not the project's; what it printed, read."""
    program = Path(sys.executable).parent / "vigie"
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "VIGIE_PORT": str(urlsplit(stack.endpoint).port)}

    def run(*words: str, code: int = 0, **more: str) -> Any:
        done = subprocess.run(
            [str(program), *words],
            cwd=tmp_path,
            env=env | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert code == done.returncode, f"vigie {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout) if "--json" in words else done.stdout

    return run


def test_from_an_enrolment_to_the_inbox_and_back_to_nothing(typed: Any, site: Site, tmp_path: Path) -> None:
    """One e-mail and one SMS for what is new and about her; nothing for the baseline, the namesake, or a rescan."""
    feed = site.feed("contract.xml", OLD)
    (tmp_path / "P.json").write_text(json.dumps(PROFILE))

    def inbox() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = typed("--local", "inbox", "--json")
        return [message for message in found if message["practitioner_id"] == her]

    her = typed("--local", "practitioner", "add", "--file", "P.json", "--json")["practitioner_id"]
    typed("--local", "source", "add", her, "feed", "--url", site.url("contract.xml"))
    typed("--local", "scan", "--wait")
    assert [] == inbox()
    assert ["baseline"] == [m["status"] for m in typed("--local", "mentions", her, "--json")]

    feed.entries = [NAMESAKE, ABOUT_HER, OLD]
    typed("scan", "--wait", "--local")
    assert ["email", "sms"] == sorted(message["channel"] for message in inbox())

    typed("scan", "--wait", VIGIE_LOCAL="1")
    sent = inbox()
    assert 2 == len(sent)
    [mail] = [message for message in sent if message["channel"] == "email"]
    assert "anne@kerbastard.example" == mail["to"]
    assert {"subject", "text", "html", "sent_at", "mention_ids"} <= set(mail)
    assert "Kerbastard" not in mail["subject"]
    [new] = [m for m in typed("mentions", her, "--json", "--local") if m["status"] != "baseline"]
    assert [new["mention_id"]] == mail["mention_ids"]
    assert ("settled", "urgent") == (new["status"], new["severity"])
    assert "escroqué" in new["excerpt"]

    removed = typed("--local", "practitioner", "remove", her, "--yes", "--json")
    assert removed["rows"] >= 4
    typed("--local", "practitioner", "show", her, "--json", code=2)


def test_status_is_one_document_and_its_exit_code_is_its_verdict(typed: Any, stack: Deployed) -> None:
    """Asked twice: the exit code goes with what the document says, whatever other tests left behind."""
    program = Path(sys.executable).parent / "vigie"
    env = dict(os.environ, VIGIE_PORT=str(urlsplit(stack.endpoint).port))
    done = subprocess.run(
        [str(program), "--local", "status", "--json"], env=env, capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)

    assert done.returncode == (0 if found["well"] else 1)
    assert {"tick", "sources", "queues", "dead_letters", "pending", "held_addresses", "problems"} <= set(found)


def test_a_stack_of_another_name_is_said_so(typed: Any) -> None:
    assert "nothere" in typed("--local", "--stack", "nothere", "status", "--json", code=2)["error"]


def test_dead_letters_go_back_to_their_queue(typed: Any, stack: Deployed) -> None:
    """What is no job is refused five times, becomes a dead letter, and is sent back by one command."""
    sqs = stack.client("sqs")
    dead = stack.outputs["ScanDeadLettersUrl"]
    sqs.send_message(QueueUrl=dead, MessageBody='{"v":1,"sources":["sgone"],"forced":false}')

    assert {"queue": "scan", "messages": 1, "action": "sent_back"} == typed("--local", "redrive", "scan", "--json")
    assert 0 == typed("--local", "redrive", "scan", "--json")["messages"]


def test_a_source_is_looked_at_from_here_without_a_deployment(typed: Any, site: Site) -> None:
    site.feed("look.xml", OLD)

    found = typed("source", "check", "feed", "--url", site.url("look.xml"), "--local", "--json")

    assert ("ok", ["Ancien"]) == (found["outcome"], [item["title"] for item in found["items"]])
    assert "gone" == typed("source", "check", "feed", "--url", site.url("none"), "--local", "--json", code=1)["outcome"]
    typed("source", "check", "feed", "--url", site.url("look.xml"), "--json", code=2)
