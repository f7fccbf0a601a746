"""What travels in the two queues: ids and a version, nothing else (a body ends up in dead letters and logs)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from vigie.errors import InputError
from vigie.identity import is_id
from vigie.model import Job, Pointer

VERSION = 1
_FAR = 10**10
"""Seconds: beyond the year 2286, and within what a datetime holds."""

JOB_LIMIT = 25
"""Sources a job holds at most: what one batch of reads and one function's time allow."""


def encode_job(job: Job) -> str:
    """Raises `ValueError` for a job that `decode_job` would refuse: better here than in the dead letters."""
    if not (0 < len(job.source_ids) <= JOB_LIMIT and all(map(is_id, job.source_ids))):
        raise ValueError("not a job")
    due_at = {"due_at": int(job.due_at.timestamp())} if job.due_at else {}
    minutes = {"minutes": job.minutes} if job.minutes else {}
    return _dumped({"v": VERSION, "sources": list(job.source_ids), "forced": job.forced, **due_at, **minutes})


def decode_job(body: str) -> Job:
    """Raises `InputError`, which never quotes the body, for anything but what `encode_job` makes."""
    facts = _loaded(body)
    ids, forced = facts.get("sources"), facts.get("forced", False)
    due_at, minutes = facts.get("due_at"), facts.get("minutes", 0)
    said = isinstance(forced, bool) and (due_at is None or _is_time(due_at)) and _is_time(minutes)
    if not (said and isinstance(ids, list) and 0 < len(ids) <= JOB_LIMIT and all(map(is_id, ids))):
        raise InputError("A message of ScanQueue is not a job of this version of Vigie.")
    found_due = datetime.fromtimestamp(due_at, UTC) if due_at is not None else None
    return Job(tuple(dict.fromkeys(ids)), forced, found_due, minutes)


def encode_pointer(pointer: Pointer) -> str:
    """Raises `ValueError` for a pointer that `decode_pointer` would refuse."""
    if not (is_id(pointer.practitioner_id) and (pointer.mention_id is None or is_id(pointer.mention_id))):
        raise ValueError("not a pointer")
    return _dumped({"v": VERSION, "practitioner_id": pointer.practitioner_id, "mention_id": pointer.mention_id})


def decode_pointer(body: str) -> Pointer:
    """Raises `InputError`, which never quotes the body, for anything but what `encode_pointer` makes."""
    facts = _loaded(body)
    practitioner, mention = facts.get("practitioner_id"), facts.get("mention_id")
    if not isinstance(practitioner, str) or not is_id(practitioner) or not (mention is None or is_id(mention)):
        raise InputError("A message of MentionQueue is not a pointer of this version of Vigie.")
    return Pointer(practitioner, mention)


def _is_time(value: object) -> bool:
    return type(value) is int and 0 <= value < _FAR


def _dumped(facts: dict[str, object]) -> str:
    return json.dumps(facts, separators=(",", ":"))


def _loaded(body: str) -> dict[str, Any]:
    try:
        facts = json.loads(body)
    except (ValueError, TypeError, RecursionError):  # RecursionError: a body of brackets only
        facts = None
    if not isinstance(facts, dict) or facts.get("v") != VERSION or facts.get("v") is True:
        raise InputError(f"A message is not a JSON object of version {VERSION}.")
    return facts
