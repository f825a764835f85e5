"""`flask import-people`: the same list as on the lead's page, from a terminal or a nightly job."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale, ngettext

from app import clock
from app.audit.service import By
from app.database import writing
from app.failures import one_line_on_failure
from app.i18n import time_zone
from app.roster.entries import Roster, read_roster
from app.roster.importing import PreviewOutdated, apply_import
from app.roster.model import Plan, Verdict
from app.roster.plan import plan_import
from app.roster.queries import organisation
from app.roster.reading import Unreadable
from app.roster.words import problem_words, unreadable_words
from challenges.calendar import next_week

LANGUAGE = "en"
ROWS_NAMED = 20


@click.command("import-people")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option(
    "--close-leavers", is_flag=True, help="Close the accounts of those who are not in the file."
)
@with_appcontext
def import_people(file: Path, yes: bool, dry_run: bool, close_leavers: bool) -> None:
    """Take in the people of a CSV or XLSX FILE: all rows or none.

    People are recognised by employee number, then by e-mail; running it again changes nothing.
    """
    with one_line_on_failure(), force_locale(LANGUAGE):
        roster = _read(file)
        plan = plan_import(roster.entries, organisation(clock.now()))
        _refuse_wrong_rows(plan)
        click.echo(_summary(plan, close_leavers=close_leavers))
        if dry_run or not (plan.changes_something or (plan.leavers and close_leavers)):
            return
        if not yes:
            click.confirm("Take it in?", abort=True)
        _apply(roster, plan, close_leavers=close_leavers)
    click.echo("Done.")


def _read(file: Path) -> Roster:
    try:
        return read_roster(file.name, file.read_bytes())
    except Unreadable as error:
        raise click.ClickException(unreadable_words(error)) from error


def _refuse_wrong_rows(plan: Plan) -> None:
    wrong = [line for line in plan.lines if line.verdict is Verdict.WRONG]
    for line in wrong[:ROWS_NAMED]:
        click.echo(f"row {line.row}: {' '.join(map(problem_words, line.problems))}", err=True)
    if wrong:
        rows = ngettext("%(num)s rad är fel", "%(num)s rader är fel", len(wrong))
        raise click.ClickException(f"{rows}; nothing was changed")


def _summary(plan: Plan, *, close_leavers: bool) -> str:
    counts = ", ".join(
        f"{plan.counts[each]} {each}" for each in (Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED)
    )
    if not plan.leavers:
        return counts
    what = "to be closed" if close_leavers else "left as they are (--close-leavers closes them)"
    return f"{counts}; {len(plan.leavers)} not in the file, {what}"


def _apply(roster: Roster, plan: Plan, *, close_leavers: bool) -> None:
    now = clock.now()
    with click.progressbar(length=len(plan.lines), label="People") as bar:

        def move(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        try:
            with writing():
                apply_import(
                    roster.entries,
                    plan.digest,
                    closes_leavers=close_leavers,
                    monday=next_week(now, time_zone()),
                    by=By(None, now),
                    progress=move,
                )
        except PreviewOutdated as error:
            raise click.ClickException(
                "somebody changed the organisation meanwhile; nothing was changed, try again"
            ) from error
