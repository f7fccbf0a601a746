"""vigie key: what services are asked with."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ops import documents, view
from ops.group import Group
from ops.keys import checked_name, checked_value
from ops.run import current
from vigie.errors import InputError

app = typer.Typer(cls=Group, help="The keys of services: searches, social networks, review platforms.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="What `vigie source kinds` calls it, as `brave`.")]


@app.command("set")
def set_(ctx: typer.Context, name: Name) -> None:
    """Keep a key, encrypted, where only the deployed scan may read it. It is asked for, or read from stdin.

    Example: vigie key set brave < key.txt
    """
    from ops import asking

    run = current(ctx)
    checked_name(name)
    value = checked_value(typer.prompt(f"Key {name}", hide_input=True) if sys.stdin.isatty() else sys.stdin.read())
    run.session.keys.put(name, value)
    used = asking.kinds_by_key().get(name, ())

    def human() -> None:
        view.line(f"Key {name} is kept.")
        view.note(
            f"It is for: {', '.join(used)}." if used else "No kind of source asks for a key of that name by itself."
        )
        if used:
            view.note(f"To have it used for those enrolled already: {run.command} practitioner replan --all --dry-run")

    run.show({"name": name, "set": True, "kinds": list(used)}, human)


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the keys that are kept, and those that kinds of source could use. Values are never shown.

    Example: vigie key list
    """
    from ops import asking

    run = current(ctx)
    kept, used = run.session.keys.names(), asking.kinds_by_key()
    meanings = asking.keys()
    names = sorted({*kept, *used})
    document = [
        {
            "name": name,
            "set_at": documents.moment(kept.get(name)),
            "kinds": list(used.get(name, ())),
            "about": meanings.get(name, ""),
        }
        for name in names
    ]
    rows = [(n, view.when(kept.get(n)) or "no", ", ".join(used.get(n, ())), meanings.get(n, "")) for n in names]
    run.show(
        document,
        lambda: view.table(("key", "set", "for", "what it is"), rows, empty="No kind of source asks for a key."),
    )


@app.command()
def remove(ctx: typer.Context, name: Name) -> None:
    """Forget a key. Sources that need it say `auth_failed` from then on.

    Example: vigie key remove brave
    """
    run = current(ctx)
    if not run.session.keys.remove(checked_name(name)):
        raise InputError(f"No key is called {name}: `{run.command} key list` shows them.")
    run.show({"name": name, "removed": True}, lambda: view.line(f"Key {name} is no longer kept."))
