"""Whom a fetch meets: what a name points at, and who answers to it."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from tests.common.adapters.fetching import failure
from tests.common.adapters.web import Web
from vigie.adapters import wire


class TestTls:
    """The address says where to connect; the certificate is checked against the name."""

    def test_the_certificate_must_be_for_the_name(self) -> None:
        web = Web()

        assert 200 == web.fetch("https://www.example.org/").status
        assert ["www.example.org"] == web.server_names
        assert "certificate" == failure(web, "https://example.org/").detail

    def test_an_international_name_is_checked_as_it_is_encoded(self) -> None:
        assert 200 == Web().fetch("https://www.médecin-exemple.fr/").status

    def test_an_address_in_the_url_must_be_in_the_certificate(self) -> None:
        assert 200 == Web().fetch("https://8.8.8.8/").status
        assert "certificate" == failure(Web(), "https://9.9.9.9/").detail

    def test_an_unknown_authority_is_refused(self) -> None:
        from vigie.adapters.wire import tls_context

        assert "certificate" == failure(Web(), "https://www.example.org/", tls=tls_context).detail

    def test_there_is_one_context_a_process(self) -> None:
        """Each costs 15 ms of CPU."""
        from vigie.adapters.wire import tls_context

        assert tls_context() is tls_context()

    def test_what_is_not_tls_is_refused(self) -> None:
        class Mail(Web):
            async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.write(b"220 mail.example.org ESMTP\r\n")
                await reader.read()

        assert "tls" == failure(Mail(secure_port=0), "https://www.example.org/").detail


class TestNames:
    """The system's resolver, as the fetcher asks it."""

    @staticmethod
    def resolved(host: str) -> list[str]:
        return asyncio.run(wire.resolve(host, 80))

    @pytest.mark.parametrize("address", ["127.0.0.1", "2606:4700::1111"])
    def test_an_address_is_its_own_answer(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(socket, "getaddrinfo")

        assert [address] == self.resolved(address)

    def test_a_name_is_looked_up(self) -> None:
        assert "127.0.0.1" in self.resolved("localhost")

    @pytest.mark.parametrize("code", [socket.EAI_NONAME, socket.EAI_NODATA])
    def test_a_name_that_does_not_exist_has_no_address(self, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", raising(socket.gaierror(code, "x")))

        assert [] == self.resolved("nx.example.org")

    def test_a_name_server_in_trouble_says_nothing_of_the_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", raising(socket.gaierror(socket.EAI_AGAIN, "x")))

        with pytest.raises(OSError, match="x"):
            self.resolved("www.example.org")


def raising(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail
