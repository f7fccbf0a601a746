"""What travels in the queues is ids and a version; whatever else arrives is refused without being quoted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.errors import InputError
from vigie.messages import JOB_LIMIT, decode_job, decode_pointer, encode_job, encode_pointer
from vigie.model import Job, Pointer

IDS = st.from_regex(r"[a-z0-9]{1,40}", fullmatch=True)


TIMES = st.integers(0, 10**10 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(
    st.lists(IDS, min_size=1, max_size=JOB_LIMIT, unique=True), st.booleans(), st.none() | TIMES, st.integers(0, 9**9)
)
def test_a_job_arrives_as_it_was_sent(ids: list[str], forced: bool, due_at: datetime | None, minutes: int) -> None:
    job = Job(tuple(ids), forced, due_at, minutes)

    assert job == decode_job(encode_job(job))


@given(IDS, st.none() | IDS)
def test_a_pointer_arrives_as_it_was_sent(practitioner: str, mention: str | None) -> None:
    assert Pointer(practitioner, mention) == decode_pointer(encode_pointer(Pointer(practitioner, mention)))


def test_bodies_are_what_the_queues_document_says() -> None:
    assert {"v": 1, "sources": ["s1", "s2"], "forced": True} == json.loads(encode_job(Job(("s1", "s2"), True)))
    assert {"v": 1, "practitioner_id": "p1", "mention_id": None} == json.loads(encode_pointer(Pointer("p1")))


def test_a_job_need_not_say_that_it_is_not_forced() -> None:
    assert Job(("s1",)) == decode_job('{"v":1,"sources":["s1"]}')


def test_a_source_named_twice_is_scanned_once() -> None:
    assert Job(("s1", "s2")) == decode_job('{"v":1,"sources":["s1","s2","s1"]}')


MARKER = "claire.morvant@planted.example"

NOT_OBJECTS = ["", "null", "[]", "1", '"x"', "{", "\x00", "[" * 200_000, '{"a":' * 200_000, "NaN", "1" * 5_000]
NOT_JOBS = [
    {},
    {"v": 1},
    {"v": 2, "sources": ["s1"]},
    {"v": "1", "sources": ["s1"]},
    {"v": True, "sources": ["s1"]},
    {"v": None, "sources": ["s1"]},
    {"sources": ["s1"]},
    {"v": 1, "sources": []},
    {"v": 1, "sources": "s1"},
    {"v": 1, "sources": {"s1": 1}},
    {"v": 1, "sources": ["s1", None]},
    {"v": 1, "sources": ["s1", MARKER]},
    {"v": 1, "sources": [["s1"]]},
    {"v": 1, "sources": ["S1"]},
    {"v": 1, "sources": ["s1\n"]},
    *({"v": 1, "sources": ["s1"], "due_at": odd} for odd in (-1, 10**10, 1.5, True, "1", [])),
    *({"v": 1, "sources": ["s1"], "minutes": odd} for odd in (-1, 10**10, 1.5, True, "1", [], None)),
    {"v": 1, "sources": ["#wheel"]},
    {"v": 1, "sources": ["s" * 41]},
    {"v": 1, "sources": [f"s{n}" for n in range(JOB_LIMIT + 1)]},
    {"v": 1, "sources": ["s1"], "forced": "yes"},
    {"v": 1, "sources": ["s1"], "forced": None},
    {"v": 1, "practitioner_id": "p1", "mention_id": None},
]
NOT_POINTERS = [
    {},
    {"v": 1},
    {"v": 2, "practitioner_id": "p1"},
    {"v": 1, "practitioner_id": None},
    {"v": 1, "practitioner_id": ["p1"]},
    {"v": 1, "practitioner_id": 1},
    {"v": 1, "practitioner_id": ""},
    {"v": 1, "practitioner_id": MARKER},
    {"v": 1, "practitioner_id": "p1", "mention_id": ""},
    {"v": 1, "practitioner_id": "p1", "mention_id": 7},
    {"v": 1, "practitioner_id": "p1", "mention_id": "m1\x00"},
    {"v": 1, "practitioner_id": "p1", "mention_id": {"S": "m1"}},
    {"v": 1, "sources": ["s1"]},
]


@pytest.mark.parametrize("body", [*NOT_OBJECTS, *map(json.dumps, NOT_JOBS)], ids=lambda body: body[:60])
def test_what_is_not_a_job_is_refused(body: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_job(body)

    assert MARKER not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("body", [*NOT_OBJECTS, *map(json.dumps, NOT_POINTERS)], ids=lambda body: body[:60])
def test_what_is_not_a_pointer_is_refused(body: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_pointer(body)

    assert MARKER not in str(caught.value)


@pytest.mark.parametrize("job", [Job(()), Job(("S1",)), Job((MARKER,)), Job(tuple(f"s{n}" for n in range(26)))])
def test_a_job_nobody_could_read_is_not_sent(job: Job) -> None:
    with pytest.raises(ValueError, match="not a job"):
        encode_job(job)


@pytest.mark.parametrize("pointer", [Pointer(""), Pointer(MARKER), Pointer("p1", ""), Pointer("p1", MARKER)])
def test_a_pointer_nobody_could_read_is_not_sent(pointer: Pointer) -> None:
    with pytest.raises(ValueError, match="not a pointer"):
        encode_pointer(pointer)
