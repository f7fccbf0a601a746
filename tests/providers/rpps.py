"""A stand-in for the API of data.gouv.fr that serves the register of practitioners: its filters, pages and failures."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.shared import shared

HOST = "tabular-api.data.gouv.fr"
SAMPLE = json.loads(shared("sources", "samples", "rpps-tabular-api.json").read_text(encoding="utf-8"))
AUBERTIN = "10999999013"
"""The person of the sample, who practises in two places."""

type Row = dict[str, Any]


def row(rpps: str | int, last: str, first: str, **cells: Any) -> Row:
    """A row of somebody in one place: those of the sample, with other cells. Names of columns are given shortened."""
    changed = {_COLUMNS[name]: value for name, value in cells.items()}
    identity = {
        "Identifiant PP": rpps,
        "Identification nationale PP": f"8{rpps}" if isinstance(rpps, str) else int(f"8{rpps}"),
        "Nom d'exercice": last,
        "Prénom d'exercice": first,
        "Raison sociale site": None,
        "Bureau cedex (coord. structure)": None,
    }
    return {**SAMPLE["data"][0], **identity, **changed}


_COLUMNS = {
    "civility": "Code civilité d'exercice",
    "civility_label": "Libellé civilité d'exercice",
    "profession": "Libellé profession",
    "skill": "Libellé savoir-faire",
    "skill_type": "Code type savoir-faire",
    "mode": "Code mode exercice",
    "practice": "Raison sociale site",
    "sign": "Enseigne commerciale site",
    "postcode": "Code postal (coord. structure)",
    "town": "Libellé commune (coord. structure)",
    "cedex": "Bureau cedex (coord. structure)",
    "phone": "Téléphone (coord. structure)",
    "phone2": "Téléphone 2 (coord. structure)",
}


def namesakes() -> list[Row]:
    """Thirty-six people called Isabelle Martin, three of them in Lyon, some in two places."""
    trades = ("Médecine Générale", "Pédiatrie", "Psychiatrie")
    rows = []
    for number in range(36):
        at = {"postcode": "69006", "town": "Lyon"} if number < 3 else {"postcode": f"{number + 10}000", "town": "Ville"}
        who = (f"109900{number:05d}", "MARTIN", "ISABELLE")
        rows.append(row(*who, skill=trades[number % 3], phone=None, **at))
        if number % 5 == 0:
            rows.append(row(*who, skill=trades[number % 3], phone=None, mode="S", practice="CH DE VILLE", **at))
    return rows


def everybody() -> list[Row]:
    """The register of the tests."""
    lyon = {"postcode": "69006", "town": "Lyon"}
    return [
        *SAMPLE["data"],
        *namesakes(),
        row(10990000113, "MORVANT", "CLAIRE", phone=465711000, postcode=1000, town="BOURG-EN-BRESSE"),
        row("10990000121", "DE LA TOUR", "JEAN-PIERRE", skill="Cardiologie et maladies vasculaires", **lyon),
        row("10990000139", "DE LA TOUR", "JEAN-PIERRE", skill="Pédiatrie", **lyon),
        row("10990000147", "NOËL", "ÉLISE", profession="Chirurgien-Dentiste", skill=None, **lyon),
        row("10990000154", "SANSLIEU", "PAUL", postcode=None, town=None, phone=None),
    ]


@dataclass
class Register:
    """What it holds, what it was asked, and how it is to fail."""

    rows: Sequence[Row] = field(default_factory=everybody)
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    failures: list[tuple[int, Mapping[str, str], bytes]] = field(default_factory=list)
    """Answers to give in place of the next ones."""
    port: int = 0
    together: int = 0
    """Requests that were on their way at the same time, at most."""
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stand_in(self) -> str:
        return f"{HOST}={self.base}"

    def answer(self, query: dict[str, str]) -> tuple[int, bytes]:
        """Status and body, as the API answers."""
        page, size = int(query.pop("page", "1")), min(int(query.pop("page_size", "20")), 50)
        found = []
        for each in self.rows:
            columns = {key.rpartition("__")[0] for key in query}
            if not columns <= each.keys():
                return 400, b'{"errors":[{"code":"42703","title":"Database error"}]}'
            if all(_holds(each, key, value) for key, value in query.items()):
                found.append(each)
        shown = found[(page - 1) * size : page * size]
        more = urlencode({**query, "page": str(page + 1), "page_size": str(size)}) if page * size < len(found) else None
        links = {"next": f"http://inside.example:8005/api/resources/x/data/?{more}" if more else None, "prev": None}
        meta = {"page": page, "page_size": size, "total": len(found)}
        return 200, json.dumps({"data": shown, "links": links, "meta": meta}, ensure_ascii=False).encode()

    def enter(self) -> None:
        with self._lock:
            self._now += 1
            self.together = max(self.together, self._now)

    def leave(self) -> None:
        with self._lock:
            self._now -= 1


def _holds(cells: Row, key: str, value: str) -> bool:
    column, _, operator = key.rpartition("__")
    cell = "" if cells[column] is None else str(cells[column])
    return value == cell if operator == "exact" else value in cell


@contextmanager
def serving(register: Register) -> Iterator[Register]:
    """`register` on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

        def do_GET(self) -> None:
            register.enter()
            query = dict(parse_qsl(urlsplit(self.path).query))
            register.asked.append(dict(query))
            register.agents.append(self.headers["User-Agent"])
            headers: Mapping[str, str] = {}
            if register.failures:
                status, headers, body = register.failures.pop(0)
            else:
                status, body = register.answer(query)
            register.leave()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    register.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield register
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
