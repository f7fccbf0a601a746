"""vigie practitioner add: how somebody comes to be watched."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from ops import documents, enrol, view
from ops.run import Run, current
from vigie.errors import InputError

QUESTION = "I am this practitioner, or mandated by them"
STATEMENT = "By enrolling this person you state that you are this practitioner, or are mandated by them."
STATED = "--i-am-or-mandated"

Watch = Annotated[
    bool | None,
    typer.Option(
        "--watch/--no-watch",
        help="Have the sources that need nobody read for them; as a rule for who comes from the register.",
        show_default=False,
    ),
]
Engine = Annotated[
    str,
    typer.Option("--searxng", metavar="URL", envvar="VIGIE_SEARXNG", help="A SearXNG of yours, to search with too."),
]
Register = Annotated[str, typer.Option("--register", metavar="NAME", help="The register that is asked.")]
Stated = Annotated[bool, typer.Option(STATED, help=f"State: {QUESTION}. It is kept with its date.")]


def register(app: typer.Typer) -> None:
    app.command()(add)


def add(
    ctx: typer.Context,
    *,
    rpps: Annotated[str, typer.Option(metavar="NUMBER", help="Their RPPS number: the register says the rest.")] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="Or their name, with --town.")] = "",
    town: Annotated[str, typer.Option(help="A town where they practise, or its postcode.")] = "",
    email: Annotated[list[str] | None, typer.Option(help="Where to tell them; repeat it.")] = None,
    phone: Annotated[list[str] | None, typer.Option(help="A mobile, told of what is urgent; repeat it.")] = None,
    language: Annotated[str, typer.Option(help="In which they are told: fr or en.")] = "",
    alias: Annotated[list[str] | None, typer.Option(help="Another name of theirs; repeat it.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="Words that mean somebody else; repeat it.")] = None,
    website: Annotated[str, typer.Option(help="Their own site.")] = "",
    practice: Annotated[str, typer.Option(help="What their practice is called.")] = "",
    specialty: Annotated[str, typer.Option(help="What they practise, instead of what the register says.")] = "",
    postcode: Annotated[str, typer.Option(help="Of a practice in --town that the register does not know.")] = "",
    file: Annotated[Path | None, typer.Option(metavar="P.json", help="Or a whole profile; - is stdin.")] = None,
    source: Register = "rpps_tabular",
    searxng: Engine = "",
    watch: Watch = None,
    stated: Stated = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say all that would be done, write nothing.")] = False,
) -> None:
    """Enrol a person, or update their enrolment.

    By RPPS number, or by name and town: identity, trade, practices and telephones come from the register, namesakes are
    counted, and the sources that need nobody are read from then on. Or by a profile that says everything.

    Adding the same person again (same RPPS number, else same name, postcode and specialty) updates them and keeps
    their id.

    Example: vigie practitioner add --rpps 10999999013 --email dr@cabinet.example --i-am-or-mandated
    """
    from ops.handsoff import Wanted

    run = current(ctx)
    told = [{"channel": "email", "address": address} for address in email or []]
    told += [{"channel": "sms", "address": number} for number in phone or []]
    said = {
        "recipients": [{**each, **({"language": language} if language else {})} for each in told],
        "aliases": alias,
        "excluded": exclude,
        "website": website,
        "practice_name": practice,
        "specialty": specialty,
        "postcode": postcode,
    }
    if [bool(rpps), bool(name), file is not None].count(True) != 1:
        raise InputError("Say who: --rpps NUMBER, or --name NAME with --town TOWN, or --file P.json.")
    if file is not None:
        extra = next((f"--{key}" for key, value in {**said, "town": town}.items() if value), None)
        if extra:
            raise InputError("With --file the profile says everything: add it there, with no other option.")
        _add_file(run, file, searxng, watch=bool(watch), stated=stated, dry_run=dry_run)
        return
    if name and not town:
        raise InputError("A name alone is shared by too many people: give --town too, or the RPPS number.")
    if postcode and not town:
        raise InputError("--postcode is that of a practice in --town: give both.")
    if not told:
        raise InputError("Say where to tell them: --email ADDRESS, --phone NUMBER, or both.")
    wanted = Wanted(rpps, name, town, said)
    _add_found(run, wanted, source, searxng, watch=watch is not False, stated=stated, dry_run=dry_run)


def _add_file(run: Run, file: Path, engine: str, *, watch: bool, stated: bool, dry_run: bool) -> None:
    """A profile that says everything."""
    from ops import handsoff, outside, profile

    document = profile.load(file, sys.stdin.read() if str(file) == "-" else None)
    if dry_run:
        read = profile.read(document, practitioner_id="", now=enrol.utc_now())
        warn(read.warnings)
        plan = outside.means(outside.deployment(run, told=True), engine).plan(read.practitioner) if watch else None
        shown: dict[str, Any] = {"practitioner_id": None, "dry_run": True, "warnings": list(read.warnings)}
        shown |= {"plan": documents.plan(plan)} if plan else {}
        run.show(shown, lambda: _can_be(file, plan))
        return
    done = enrol.add(run.session, document, new_id=enrol.new_id)
    warn(done.warnings)
    if not stated:
        view.note(STATEMENT)
    person = done.practitioner
    plan = outside.means(run.session, engine).plan(person) if watch else None
    if plan:
        handsoff.attach(run.session.registrar, person.practitioner_id, plan.sources)

    def human() -> None:
        view.line(f"{'Enrolled' if done.created else 'Updated'} {enrol.name_of(person)}: {person.practitioner_id}")
        if plan:
            show_plan(plan)
        else:
            view.note(f"Next: {run.command} source add {person.practitioner_id} feed --url URL")

    run.show({**documents.enrolled(done), **({"plan": documents.plan(plan)} if plan else {})}, human)


def _can_be(file: Path, plan: Any) -> None:
    view.line(f"{file} can be enrolled.")
    if plan:
        show_plan(plan)


def _add_found(run: Run, wanted: Any, name: str, engine: str, *, watch: bool, stated: bool, dry_run: bool) -> None:
    """Somebody of the register."""
    from ops import handsoff, outside
    from ops.lookup import Lookup

    handsoff.check(wanted, enrol.utc_now())
    if not dry_run and not stated:
        asked(run)
    session = outside.deployment(run, told=True) if dry_run else run.session
    means = outside.means(session, engine)
    now = session.clock() if session else enrol.utc_now()
    lookup: Lookup = outside.lookup(session, name)
    known = enrol.known(session.registrar) if session else (lambda _: None)
    with view.progress(f"Asking the register {name}"):
        found = asyncio.run(handsoff.prepare(lookup, wanted, means, now, known))
    document = {"dry_run": dry_run, **documents.prepared(found)}
    if not watch:
        document.pop("plan")
    warnings = [*found.warnings, *(outside.overload(session, found.plan.sources) if watch else ())]
    if dry_run:
        before = enrol.find(session.registrar, found.profile.practitioner) if session else None
        verb, ident = f"Would {'update' if before else 'enrol'}", before
        document = {"practitioner_id": None, **document}
    else:
        done = enrol.add(run.session, found.document, new_id=enrol.new_id)
        verb, ident = "Enrolled" if done.created else "Updated", done.practitioner.practitioner_id
        warnings += [each for each in done.warnings if each not in warnings]
        document = {**documents.enrolled(done), **document}
        if watch:
            handsoff.attach(run.session.registrar, ident, found.plan.sources)
    warn(warnings)
    run.show({**document, "warnings": warnings}, lambda: _show_found(found, verb, ident, watch=watch))


def asked(run: Run) -> None:
    """The statement, from whoever types; a script says it by its option. A profile that is given whole needs neither:
    giving it states it."""
    if not _is_a_person() or run.as_json:
        raise InputError(f'"{QUESTION}": nobody is looked up and watched without it. State it with {STATED}.')
    if not typer.confirm(f"{QUESTION}. Is that so?", err=True):
        raise typer.Abort


def _is_a_person() -> bool:
    return sys.stdin.isatty()


def _show_found(found: Any, verb: str, ident: str | None, *, watch: bool) -> None:
    person, others = found.profile.practitioner, found.namesakes
    view.line(f"{verb} {enrol.name_of(person)}, {person.specialty}{f': {ident}' if ident else ''}")
    places = [(person.practice_name, person.postcode, person.city, person.phone)]
    places += [(p.name, p.postcode, p.city, p.phone) for p in person.practices]
    for place in places:
        view.line("  " + " ".join(filter(None, place)))
    view.line("  told: " + ", ".join(r.address for r in found.profile.recipients))
    view.line(f"  {others or 'namesakes not counted'}")
    for advice in others.advice if others else ():
        view.note(advice)
    if watch:
        show_plan(found.plan)


def show_plan(plan: Any) -> None:
    """What is read, how often and at what price, and what is not."""
    from ops.planning import NOT_READ, a_month, dollars

    view.table(
        ("kind", "what", "why", "every", "reads/month", "price/month"),
        [
            (
                each.source.kind,
                ", ".join(each.source.params.values()),
                each.why,
                documents.cadence(each.source),
                each.reads,
                dollars(each.price),
            )
            for each in plan.sources
        ],
        empty="Nothing is read for them.",
    )
    view.line(f"{view.count(len(plan.sources), 'source')}, {a_month(plan.price)}.")
    if plan.lacking:
        view.table(("not read", "what it lacks"), plan.lacking, empty="")
    view.line(f"Read once you say where (`vigie source add`): {', '.join(plan.unaddressed)}.")
    rows = [(site, why, plan.instead(site)) for site, why in NOT_READ.items()]
    view.table(("never read", "why", "instead"), rows, empty="")


def warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        view.note(f"Warning: {warning}")
