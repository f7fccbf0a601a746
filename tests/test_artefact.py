"""What `sam build` made runs where nothing else is: no virtual environment, no project, no AWS SDK of the runtime's.

The embedded AWS cannot tell: its functions see its own site-packages, so an undeclared dependency passes there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.local import deploy, embedded

FORBIDDEN = {
    "PlanFunction": ("lxml", "selectolax", "fastfeedparser", "jinja2", "protego", "httpx", "asyncio.base_events"),
    "ScanFunction": ("jinja2",),
    "NotifyFunction": ("lxml", "selectolax", "fastfeedparser", "protego", "httpx"),
}
"""What a handler has no use for and would pay for at every cold start."""

NEVER = ("pydantic", "aws_xray_sdk", "s3transfer", "feedparser", "requests", "ops", "typer", "rich")

EVENTS = [
    ("PlanFunction", "plan", "tick"),
    ("ScanFunction", "scan", "scan"),
    ("NotifyFunction", "notify", "notify"),
    ("NotifyFunction", "notify", "bounce"),
]


@pytest.fixture(scope="module")
def built() -> Path:
    return deploy.build()


def bare(built: Path, function: str, code: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `code` in this Python alone (-I: no environment, -S: no site-packages) with the layer and the function."""
    folders = [str(built / function), str(built / "CommonLayer" / "python")]
    prelude = f"import sys; sys.path[:0] = {folders!r}\n"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", prelude + code],
        env=env or {},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
    )


def deployed_env(aws: str, function: str) -> dict[str, str]:
    """A function's environment: the names it is deployed with, pointing at tables and queues that are not there."""
    table = {f"{name}_TABLE": f"nowhere-{name.lower()}" for name in ("PRACTITIONERS", "RECIPIENTS", "SOURCES")}
    return {
        **embedded.CREDENTIALS,
        "AWS_ENDPOINT_URL": aws,
        "AWS_LAMBDA_FUNCTION_NAME": function,
        **table,
        "MENTIONS_TABLE": "nowhere-mentions",
        "ALERTS_TABLE": "nowhere-alerts",
        "LEDGER_TABLE": "nowhere-ledger",
        "KEYS_PATH": "/vigie/nowhere/keys/",
        "SCAN_QUEUE_URL": f"{aws}/000000000000/nowhere-scan",
        "MENTION_QUEUE_URL": f"{aws}/000000000000/nowhere-mention",
        "OPERATOR_TOPIC_ARN": "arn:aws:sns:eu-west-3:000000000000:nowhere",
        "MAIL_FROM": "alertes@vigie.example",
        "CONFIGURATION_SET": "nowhere",
        "SMS_SENDER_ID": "VIGIE",
        "CONTACT": "https://vigie.example/robot",
        "FETCH_ALLOWLIST": "",
        "HOST_INTERVAL_MS": "1000",
        "STAND_INS": "",
        "USD_PER_MONTH": "5",
        "PROVIDER_BUDGETS": "",
        "PRACTITIONER_USD_PER_MONTH": "1",
        "PRACTITIONER_REQUESTS_PER_DAY": "100",
        "TICK_MINUTES": "5",
        "RETENTION_DAYS": "365",
        "MAILS_PER_HOUR": "6",
        "MAILS_PER_DAY": "20",
        "SMS_PER_HOUR": "3",
        "SMS_PER_DAY": "8",
        "POWERTOOLS_METRICS_NAMESPACE": "Vigie",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def test_every_module_of_the_layer_imports_from_the_layer_alone(built):
    package = built / "CommonLayer" / "python" / "vigie"
    names = sorted(
        ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in package.rglob("*.py")
    )
    assert len(names) > 30
    done = bare(built, "ScanFunction", f"import importlib\nfor name in {names!r}: importlib.import_module(name)")
    assert "" == done.stderr


@pytest.mark.parametrize(("function", "heavy"), FORBIDDEN.items())
def test_importing_a_handler_loads_only_what_it_needs(built, function, heavy):
    done = bare(built, function, "import app\nprint(*sys.modules)")
    assert "" == done.stderr
    loaded = set(done.stdout.split())
    assert set() == loaded & {*NEVER, *heavy, "boto3", "botocore.session"}


HANDLE = """
import app, json
class Context:
    function_name, memory_limit_in_mb, aws_request_id = "f", 256, "r"
    invoked_function_arn = "arn:aws:lambda:eu-west-3:000000000000:function:f"
try:
    answer = app.{handler}(json.loads({event!r}), Context())
except Exception as error:
    answer = repr(error)
print()
print(json.dumps({{"answer": answer, "modules": list(sys.modules)}}))
"""


@pytest.mark.parametrize(("function", "handler", "event"), EVENTS)
def test_a_handler_answers_an_event_with_what_is_in_the_artefact(built, aws, function, handler, event):
    """The tables are not there: the message goes back to its queue, and nothing of the event is in the logs."""
    text = (embedded.ROOT / "events" / f"{event}.json").read_text()
    done = bare(built, function, HANDLE.format(handler=handler, event=text), deployed_env(aws, function))
    assert 0 == done.returncode, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    if handler == "plan" or event == "bounce":
        assert said["answer"].startswith("Failed('StoreError")
    else:
        [record] = json.loads(text)["Records"]
        assert {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]} == said["answer"]
    assert "morvant" not in done.stdout + done.stderr
    assert set() == set(said["modules"]) & {*NEVER, *FORBIDDEN[function]}


def test_what_is_deployed_is_small(built):
    """Goal: 60 MB unzipped, 45 wanted. Compiled modules included, on this machine's processor."""
    folders = [built / "CommonLayer", *(built / name for name in FORBIDDEN)]
    size = sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
    assert size < 45_000_000


def test_every_module_is_shipped_compiled_for_a_read_only_disk(built):
    """Python would otherwise compile it at every cold start. Unchecked: no file's date is looked at."""
    layer = built / "CommonLayer" / "python"
    sources = list(layer.rglob("*.py"))
    compiled = {path.name.partition(".")[0] for path in layer.rglob("*.cpython-313.pyc")}
    assert len(sources) > 300
    assert [] == [str(p) for p in sources if not list((p.parent / "__pycache__").glob(f"{p.stem}.cpython-313.pyc"))]
    assert "scan" in compiled
    flags = (layer / "vigie" / "__pycache__" / "scan.cpython-313.pyc").read_bytes()[4:8]
    assert 0b01 == int.from_bytes(flags, "little")  # PEP 552: hash-based, unchecked


def test_the_layer_holds_the_models_of_the_services_used_and_no_test_nor_metadata(built):
    layer = built / "CommonLayer" / "python"
    models = {path.name for path in (layer / "botocore" / "data").iterdir() if path.is_dir()}
    assert {"dynamodb", "sqs", "sesv2", "sns", "ssm"} == models
    assert [] == [p for p in layer.rglob("*") if p.name == "tests" or p.suffix in (".dist-info", ".pyx", ".pxd", ".h")]
    assert os.access(layer / "vigie" / "templates", os.R_OK)
    assert os.access(layer / "vigie" / "locales" / "fr.json", os.R_OK)


def test_unless_told_otherwise_the_layer_is_for_the_processor_of_aws(tmp_path):
    """ELF header: e_machine 183 is AArch64."""
    env = {**os.environ, "PYTHON": sys.executable, "ARTIFACTS_DIR": str(tmp_path)}
    layer = embedded.ROOT / "layers" / "common"
    done = subprocess.run(["make", "-C", str(layer), "build-CommonLayer"], env=env, capture_output=True, text=True)
    assert 0 == done.returncode, done.stderr
    machines = {path.name: int.from_bytes(path.read_bytes()[18:20], "little") for path in tmp_path.rglob("*.so")}
    assert len(machines) >= 4
    assert {183} == set(machines.values())
