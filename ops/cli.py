"""`vigie`: the operator's command line.

    vigie [--local] [--json] [--stack NAME] [--profile NAME] [--region NAME] COMMAND ...

The options above may stand anywhere on the line. Results go to stdout, everything else to stderr; with --json stdout
is one JSON document, also when something is wrong ({"error": "..."}). Exit codes: see `ops.trouble`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ops import trouble, view
from ops.commands import evaluate, explain, inbox, key, mentions, practitioner, redrive, scan, source, status
from ops.run import Run
from ops.where import Where

_FLAGS = ("--local", "--json")
_VALUED = ("--stack", "--profile", "--region")
_ATTACHED = tuple(f"{name}=" for name in _VALUED)

HELP = """The watch that warns a medical practitioner as soon as something about them is published.

Start: `make up`, then `vigie --local practitioner add --file P.json`, `vigie --local source add ID feed --url URL`,
`vigie --local status`. The options below may stand anywhere on the line."""


class Root(TyperGroup):
    """Takes the global options wherever they are written, and says every trouble in one sentence."""

    def main(  # type: ignore[override]  # narrower: nobody calls it otherwise
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        words = hoisted(sys.argv[1:] if args is None else args)
        as_json = "--json" in words
        local = "--local" in words or os.environ.get("VIGIE_LOCAL", "0") not in ("", "0")
        extra.setdefault("prog_name", "vigie")
        try:
            code = super().main(words, standalone_mode=False, **extra) or 0
            if code == trouble.STOPPED:  # what Typer makes of Ctrl-C, without a word
                raise typer.Abort
        except typer.Abort:
            said = "Stopped: nothing more was done."
            code = self._said(trouble.Trouble(said, trouble.STOPPED), as_json=as_json)
        except typer.TyperException as error:
            said = f"{error.format_message()} `vigie --help` and `vigie COMMAND --help` say how."
            code = self._said(trouble.Trouble(said, trouble.WRONG_INPUT), as_json=as_json)
        except Exception as error:
            found = trouble.explain(error, local=local)
            if found is None:
                raise
            code = self._said(found, as_json=as_json)
        if standalone_mode:
            sys.exit(code)
        return code

    def _said(self, found: trouble.Trouble, *, as_json: bool) -> int:
        for sentence in found.message.splitlines():
            view.note(f"vigie: {view.plain(sentence)}")
        if as_json:
            view.document({"error": "\n".join(map(view.plain, found.message.splitlines()))})
        return found.code


def hoisted(words: Sequence[str]) -> list[str]:
    """`words` with the global options first. What follows a `--` is left where it is."""
    front: list[str] = []
    rest: list[str] = []
    pending = iter(words)
    for word in pending:
        if word == "--":
            rest += [word, *pending]
        elif word in _FLAGS or word.startswith(_ATTACHED):
            front.append(word)
        elif word in _VALUED:
            front += [word, *([value] if (value := next(pending, None)) is not None else [])]
        else:
            rest.append(word)
    return front + (rest or ["--help"])


app = typer.Typer(cls=Root, help=HELP, rich_markup_mode=None, pretty_exceptions_enable=False)
app.add_typer(practitioner.app, name="practitioner")
app.add_typer(source.app, name="source")
app.add_typer(key.app, name="key")
for module in (scan, mentions, explain, inbox, evaluate, status, redrive):
    module.register(app)


def _version(asked: bool) -> None:  # noqa: FBT001 - Typer's callback
    if asked:
        from vigie import __version__

        view.line(f"vigie {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    *,
    local: Annotated[bool, typer.Option("--local", envvar="VIGIE_LOCAL", help="Talk to the embedded AWS.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, nothing else.")] = False,
    stack: Annotated[str | None, typer.Option(envvar="VIGIE_STACK", help="Name of the deployed stack.")] = None,
    profile: Annotated[str | None, typer.Option(help="AWS profile.", envvar="AWS_PROFILE")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region.")] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    del version
    ctx.obj = Run(Where(local, stack, profile, region), as_json=as_json, connect=ctx.obj)


def main() -> None:
    app()
