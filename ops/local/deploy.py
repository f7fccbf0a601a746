"""Deploys template.yaml to the embedded AWS with the real SAM CLI, then mends what the embedded AWS lets slip.

A build is kept under the hash of what it was made from, so that a second start, and the tests, find it ready.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ops.local.embedded import CREDENTIALS, REGION, ROOT, executable
from vigie.errors import InputError

STACK = "vigie"

LOCAL_PARAMETERS = {
    "Local": "true",
    "MailFrom": "alertes@vigie.example",
    "MailIdentity": "vigie.example",
    "CreateMailIdentity": "true",
    "Contact": "https://vigie.example/robot",
    "TickMinutes": "1",
    "HostIntervalMs": "20",
    "FetchAllowlist": "127.0.0.1",
}
"""What a deployment on this machine answers to the template's questions. Its sites are all on one host, 127.0.0.1,
and would be paced as one; the caps, limits and time-outs are the template's own."""

VISIBILITY_S = 60
"""After a crash a message comes back this soon, where AWS's rule (six times the time-out) would have one wait 12
minutes in front of the screen. Longer than any job takes here; and a job done twice is harmless."""

GATHER_S = 1
"""News of one person gathers for this long, where on AWS it gathers for 20 seconds: sites are near here, and somebody
watches."""

_KEPT_BUILDS = 4


def build() -> Path:
    """Build the functions and the layer for this machine, unless they are; returns the built template's folder."""
    builds = ROOT / ".local" / "builds"
    target = builds / _inputs_hash()
    if not (target / "template.yaml").exists():
        builds.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=builds))
        _sam("build", "--build-dir", str(scratch / "built"), env={"VIGIE_LAYER_ARCH": "local"})
        if not target.exists():  # somebody else may have just made the same
            (scratch / "built").rename(target)
        shutil.rmtree(scratch)
        _forget_old(builds)
    target.touch()
    return target


def deploy(endpoint: str, *, stack: str = STACK, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
    """Deploy what is built to the embedded AWS at `endpoint`, or update it; returns the stack's outputs.

    `parameters` are added to `LOCAL_PARAMETERS`. Raises `InputError` with SAM's own last words when it fails.
    """
    chosen = {**LOCAL_PARAMETERS, **(parameters or {})}
    _sam(
        "deploy",
        *("--template-file", str(build() / "template.yaml"), "--stack-name", stack, "--region", REGION),
        *("--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar"),
        *("--no-fail-on-empty-changeset", "--parameter-overrides"),
        *(f"ParameterKey={key},ParameterValue={value}" for key, value in chosen.items()),
        env={"AWS_ENDPOINT_URL": endpoint},
    )
    outputs = _outputs(endpoint, stack)
    _mend(endpoint, outputs)
    return outputs


def client(service: str, endpoint: str) -> Any:
    """A boto3 client of the embedded AWS, whatever the environment says."""
    import boto3

    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def _outputs(endpoint: str, stack: str) -> dict[str, str]:
    [found] = client("cloudformation", endpoint).describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def _mend(endpoint: str, outputs: Mapping[str, str]) -> None:
    """The embedded CloudFormation drops time to live and point-in-time recovery without a word, and passes on numbers
    that are parameters as strings, on which its SQS poller stumbles.
    """
    dynamodb, sqs = client("dynamodb", endpoint), client("sqs", endpoint)
    for name in (value for key, value in outputs.items() if key.endswith("Table")):
        if dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"] != "ENABLED":
            dynamodb.update_time_to_live(
                TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
            )
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    functions = client("lambda", endpoint)
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        limit = int(mapping["ScalingConfig"]["MaximumConcurrency"])
        functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": limit})
    for url in (outputs["ScanQueueUrl"], outputs["MentionQueueUrl"]):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(VISIBILITY_S)})
    sqs.set_queue_attributes(QueueUrl=outputs["MentionQueueUrl"], Attributes={"DelaySeconds": str(GATHER_S)})


def _sam(*arguments: str, env: Mapping[str, str]) -> None:
    """Run the SAM CLI in the project: it sees our credentials only, so that a real account is out of its reach, and
    keeps its notes and pip's in `.local`, where they would go to the home of whoever runs it."""
    program = executable("sam", "sam")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
    kept = ROOT / ".local"
    done = subprocess.run(
        [program, *arguments],
        cwd=ROOT,
        env={
            "PIP_CACHE_DIR": str(kept / "pip"),
            **clean,
            **CREDENTIALS,
            **env,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "SAM_CLI_TELEMETRY": "0",
            "__SAM_CLI_APP_DIR": str(kept / "sam" / "app"),
            "PATH": f"{Path(program).parent}:{os.environ.get('PATH', os.defpath)}",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise InputError(f"`sam {arguments[0]}` failed. Its last words:\n{last}")


def _inputs_hash() -> str:
    """Of everything a build is made from."""
    summed = hashlib.blake2b(digest_size=8)
    for path in _inputs():
        summed.update(f"{path.relative_to(ROOT)}\0{path.stat().st_mode & 0o111}\0".encode())
        summed.update(path.read_bytes())
    return summed.hexdigest()


def _inputs() -> Iterator[Path]:
    yield ROOT / "template.yaml"
    for folder in ("functions", "layers/common"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _forget_old(builds: Path) -> None:
    by_age = sorted((path for path in builds.iterdir()), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[_KEPT_BUILDS:]:
        shutil.rmtree(path, ignore_errors=True)
