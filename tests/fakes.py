"""What stands in for the outside in tests: fakes of the ports, kept honest by the suites the real ones pass too.

`MemoryStore` is the store; `Faults` breaks any call of any port, before or after it acted.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from tests.memory.store import MemoryStore
from vigie.errors import ChannelError, FetchError
from vigie.exchange import Request, Response
from vigie.messages import decode_job, decode_pointer, encode_job, encode_pointer
from vigie.model import Job, OutcomeKind, Pointer
from vigie.ports import NO_KEYS, Message, OnRedirect, Tags

__all__ = [
    "CannedFetcher",
    "Crash",
    "Faults",
    "ListOutbox",
    "Lost",
    "MemoryStore",
    "SentMail",
    "SentSms",
    "ToldOperator",
]


class Crash(BaseException):
    """The process died here: nothing may catch it but the test."""


class Faults:
    """Numbers the calls made to the ports it wraps, and breaks call number `at` (from 1) before or after it acted.

    `error` is raised there: `Crash` for a process that dies, a `StoreError` for a lost reply, ...
    """

    def __init__(
        self,
        at: int | Iterable[int] = (),
        when: Literal["before", "after"] = "before",
        error: Callable[[], BaseException] = Crash,
    ) -> None:
        self.at = frozenset([at] if isinstance(at, int) else at)
        self.when = when
        self.error = error
        self.calls: list[str] = []

    def wrap[T](self, port: T) -> T:
        """`port`, each of its methods counted and breakable."""
        return cast("T", _Wrapped(port, self))

    def before(self, name: str) -> int:
        self.calls.append(name)
        number = len(self.calls)
        self._strike(number, "before")
        return number

    def after(self, number: int) -> None:
        self._strike(number, "after")

    def _strike(self, number: int, when: str) -> None:
        if number in self.at and when == self.when:
            raise self.error()


class _Wrapped:
    def __init__(self, port: object, faults: Faults) -> None:
        self._port = port
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if not callable(method):
            return method
        return self._asynchronous(name, method) if inspect.iscoroutinefunction(method) else self._plain(name, method)

    def _plain(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            number = self._faults.before(name)
            result = method(*args, **kwargs)
            self._faults.after(number)
            return result

        return call

    def _asynchronous(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            number = self._faults.before(name)
            result = await method(*args, **kwargs)
            self._faults.after(number)
            return result

        return call


class ListOutbox:
    """Both queues as lists. Messages pass through their real encoding, so that only what may travel does."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.pointers: list[Pointer] = []
        self.delays: list[int] = []
        """Of each pointer, in seconds."""

    def send_jobs(self, jobs: Iterable[Job]) -> int:
        sent = [decode_job(encode_job(job)) for job in jobs]
        self.jobs += sent
        return len(sent)

    def send_pointers(self, pointers: Iterable[Pointer], *, delay_s: int = 0) -> int:
        sent = [decode_pointer(encode_pointer(pointer)) for pointer in pointers]
        self.pointers += sent
        self.delays += [delay_s] * len(sent)
        return len(sent)

    def take_jobs(self) -> list[Job]:
        """All jobs waiting; they wait no more."""
        taken, self.jobs = self.jobs, []
        return taken

    def take_pointers(self) -> list[Pointer]:
        """All pointers waiting; they wait no more."""
        taken, self.pointers, self.delays = self.pointers, [], []
        return taken


type Answer = Response | bytes | Exception


class CannedFetcher:
    """A web of canned answers, by URL. A list is answered in turn, its last one for ever; nothing else answers.
    Redirects are followed, to absolute locations."""

    def __init__(self, answers: Mapping[str, Answer | Sequence[Answer]] | None = None) -> None:
        self.answers = dict(answers or {})
        self.requests: list[Request] = []
        self.keys: list[Mapping[str, str]] = []
        """Values of the secrets of each request."""

    def job(self) -> CannedFetcher:
        return self

    async def fetch(
        self, request: Request, *, on_redirect: OnRedirect | None = None, keys: Mapping[str, str] = NO_KEYS
    ) -> Response:
        self.keys.append(keys)
        answer = self._answer(request)
        permanent = True
        while (location := answer.header("location")) and 300 < answer.status < 309:
            permanent &= answer.status in (301, 308)
            if on_redirect:
                await on_redirect(location)
            answer = self._answer(replace(request, url=location))
            answer = replace(answer, moved_to=location if permanent else None)
        return answer

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self.answers.get(request.url)
        if isinstance(answer, list | tuple):
            asked = sum(past.url == request.url for past in self.requests)
            answer = answer[min(asked, len(answer)) - 1]
        if answer is None:
            raise FetchError(OutcomeKind.UNREACHABLE, "no such host")
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Response) else Response(200, request.url, {}, cast("bytes", answer))


@dataclass(frozen=True, slots=True)
class Lost:
    """The provider takes the message; its reply does not reach us."""

    error: BaseException = field(default_factory=lambda: ChannelError("time-out", ambiguous=True))


class _Sent:
    """Messages a provider took. `script` says what becomes of the next ones: None (taken), an error (refused: nothing
    is sent), or `Lost`. Once it is used up, every message is taken."""

    prefix = "message"

    def __init__(self, script: Iterable[BaseException | Lost | None] = ()) -> None:
        self.script = list(script)
        self.sent: list[tuple[Message, Tags]] = []
        self.calls = 0

    def send(self, message: Message, tags: Tags) -> str:
        self.calls += 1
        fate = self.script.pop(0) if self.script else None
        if isinstance(fate, BaseException):
            raise fate
        self.sent.append((message, tags))
        if isinstance(fate, Lost):
            raise fate.error
        return f"{self.prefix}-{len(self.sent)}"

    @property
    def messages(self) -> list[Message]:
        return [message for message, _ in self.sent]

    def to(self, address: str) -> list[Message]:
        return [message for message in self.messages if message.to == address]


class SentMail(_Sent):
    """E-mails that left."""

    prefix = "mail"


class SentSms(_Sent):
    """SMS that left."""

    prefix = "sms"


class ToldOperator:
    """What the operator was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def tell(self, subject: str, text: str) -> None:
        self.told.append((subject, text))
