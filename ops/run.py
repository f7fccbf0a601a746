"""What every command is given: what the global options said, and a session opened when it is first needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, cast

import typer

from ops import view
from ops.session import Session, connect
from ops.where import Where
from vigie.enrolment import Enrolment
from vigie.errors import InputError
from vigie.identity import is_id


class Run:
    """One run of `vigie`."""

    def __init__(self, where: Where, *, as_json: bool, connect: Callable[[Where], Session] | None = None) -> None:
        self.where = where
        self.as_json = as_json
        self._connect = connect
        self._session: Session | None = None

    @property
    def command(self) -> str:
        """What to type to mean the same deployment again."""
        return self.where.command

    @property
    def session(self) -> Session:
        """The deployment. Raises `InputError`, or one of boto3's errors, when it cannot be found."""
        if self._session is None:
            self._session = (self._connect or connect)(self.where)
        return self._session

    def enrolment(self, practitioner_id: str) -> Enrolment:
        """Who that id is. Raises `InputError` when it is nobody's."""
        found = self.session.registrar.enrolment(practitioner_id) if is_id(practitioner_id) else None
        if found is None:
            raise InputError(
                f"No practitioner {view.plain(practitioner_id)!r} is enrolled here: `{self.command} practitioner"
                " list` shows those who are."
            )
        return found

    def show(self, document: object, human: Callable[[], None]) -> None:
        """The result: the document with --json, else what `human` prints."""
        if self.as_json:
            view.document(document)
        else:
            human()

    def confirmed(self, question: str, *, yes: bool) -> bool:
        """True to go on. Asks only a person: in a script there is nobody to ask."""
        if yes or self.as_json or not sys.stdin.isatty():
            return True
        return typer.confirm(question, err=True)


def current(ctx: typer.Context) -> Run:
    return cast("Run", cast("Any", ctx).find_root().obj)
