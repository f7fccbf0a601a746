"""The inbox of the local stack: the page that shows every message as it arrives, and the list behind `vigie inbox`."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ops.local import outbox, web
from ops.local.embedded import REGION
from ops.where import DEFAULT_STACK, Local
from vigie.errors import InputError, StoreError
from vigie.model import Alert, Practitioner, Source
from vigie.upkeep import interval

if TYPE_CHECKING:
    from ops.session import Session

_PAGE = Path(__file__).with_name("inbox.html")

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page shows mails that quote anybody: nothing but itself may be loaded, whatever a mail asks for."""


def messages(endpoint: str, stack: str = DEFAULT_STACK) -> list[dict[str, Any]]:
    """Every message sent by the local stack, oldest first.

    {id, channel, to, subject, text, html, sent_at, practitioner_id, mention_ids}; see `ops.local.outbox`.
    Raises `InputError` when no stack answers there.
    """
    return outbox.sent(endpoint, _Deployment(endpoint, stack).alerts())


@dataclass(frozen=True, slots=True)
class Link:
    """A site shown at the top of the page."""

    title: str
    url: str
    kind: str = ""
    source: Mapping[str, str] = field(default_factory=dict)
    """Kind and parameters of the source that is read there, which is then called by the site's title."""


def serve(port: int, endpoint: str, *, stack: str = DEFAULT_STACK, sites: Iterable[Link] = ()) -> web.Served:
    """Serve the inbox page on 127.0.0.1:`port` (0 picks a free one), for the embedded AWS at `endpoint`.

    The object returned has `.url` and `.stop()`. Raises `InputError` when the port is taken.
    """
    deployment = _Deployment(endpoint, stack)
    links = tuple(sites)
    return web.serve(port, lambda path: _answer(path, lambda: state(deployment, links)))


def _answer(path: str, current: Callable[[], Mapping[str, Any]]) -> web.Answer | None:
    match urlsplit(path).path:
        case "/":
            return web.Answer(
                _PAGE.read_bytes(), "text/html; charset=utf-8", headers={"Content-Security-Policy": _POLICY}
            )
        case "/api/state":
            return _state(current)
    return None


def _state(current: Callable[[], Mapping[str, Any]]) -> web.Answer:
    from botocore.exceptions import BotoCoreError

    try:
        return _json(current())
    except (InputError, StoreError) as error:
        sentence = str(error)
    except BotoCoreError:
        sentence = "The embedded AWS does not answer: start it with `make up`."
    return _json({"error": sentence}, HTTPStatus.SERVICE_UNAVAILABLE)


def _json(value: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> web.Answer:
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return web.Answer(body, "application/json; charset=utf-8", status, headers={"Cache-Control": "no-store"})


def state(deployment: _Deployment, sites: Sequence[Link] = ()) -> dict[str, Any]:
    """What the page shows; its shape is written in `inbox.html`."""
    people = deployment.people()
    titles = {(link.kind, *sorted(link.source.items())): link.title for link in sites}
    links = [{"title": link.title, "url": link.url} for link in {link.url: link for link in reversed(sites)}.values()]
    return {
        "now": _iso(datetime.now(UTC)),
        "messages": [
            {**message, "practitioner_name": people.get(message["practitioner_id"] or "")}
            for message in outbox.sent(deployment.endpoint, deployment.alerts())
        ],
        "sources": [
            {**_source(source), "title": titles.get((source.kind, *sorted(source.params.items())))}
            for source in deployment.sources()
        ],
        "ticks": deployment.ticks(),
        "stack": {**deployment.facts(), "endpoint": deployment.endpoint, "sites": links},
    }


def _source(source: Source) -> dict[str, Any]:
    health = source.health
    return {
        "source_id": source.source_id,
        "kind": source.kind,
        "url": source.url,
        "query": source.params.get("query", ""),
        "host": source.host,
        "outcome": health.outcome.value if health.outcome else None,
        "seen_at": _iso(health.seen_at) if health.seen_at else None,
        "since": _iso(health.since) if health.since else None,
        "cadence": interval(source),
        "watchers": len(source.watchers),
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class _Deployment:
    """The Vigie deployed to an embedded AWS; found anew until there is one, since the page may be open before it."""

    def __init__(self, endpoint: str, stack: str) -> None:
        self.endpoint = endpoint
        self._stack = stack
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._ticks: deque[int] = deque(maxlen=10)

    def people(self) -> dict[str, str]:
        session = self._found()
        return {p.practitioner_id: _name(p) for p in session.registrar.everyone()} if session else {}

    def alerts(self) -> dict[str, Alert]:
        """By the provider's message id, for every practitioner enrolled."""
        session = self._found()
        if session is None:
            return {}
        registrar = session.registrar
        return {
            alert.provider_id: alert
            for person in registrar.everyone()
            for alert in registrar.alerts(person.practitioner_id)
            if alert.provider_id
        }

    def sources(self) -> list[Source]:
        session = self._found()
        return sorted(session.registrar.all_sources(), key=lambda s: (s.host, s.url)) if session else []

    def ticks(self) -> list[dict[str, Any]]:
        """The last ticks that were seen to complete, newest first: the wheel itself keeps one number."""
        session = self._found()
        minute = session.wheel.minute() if session else None
        if minute is not None and minute not in self._ticks:
            self._ticks.append(minute)
        return [{"at": _iso(datetime.fromtimestamp(minute * 60, UTC))} for minute in sorted(self._ticks, reverse=True)]

    def facts(self) -> dict[str, Any]:
        session = self._found()
        return {"name": session.name, "tick_minutes": session.settings.tick_minutes} if session else {}

    def _found(self) -> Session | None:
        from ops.session import connect_local

        with self._lock:
            if self._session is None:
                try:
                    self._session = connect_local(Local(self.endpoint, self._stack, REGION))
                except InputError:
                    return None
            return self._session


def _name(person: Practitioner) -> str:
    return " ".join(part for part in (person.title, person.first_names[0], person.last_names[0]) if part)
