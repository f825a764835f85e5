"""The commands: `flask --app app COMMAND --help` tells what each takes. Those that look after the
data stand in `cli_data`."""

from collections.abc import Callable
from datetime import datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app import clock
from app.accounts import service as accounts
from app.accounts.passwords import LONGEST, SHORTEST, PasswordRefused
from app.audit.service import Action, By, record
from app.content import catalogue, shipped
from app.database import writing
from app.demo import service as demo
from app.failures import one_line_on_failure
from app.i18n import time_zone
from app.rhythm.closings import close_due_rounds, settle_ended_season
from app.rhythm.jobs import Site
from app.rhythm.rebuild import rebuild
from app.rhythm.verify import differences
from app.roster.commands import import_people
from app.seasons import planning
from app.seasons.joint_teams import join_small_teams as join_small_teams_of
from app.seasons.queries import find_draft, get_current_season
from challenges.catalogue import Catalogue, load_catalogue
from challenges.coverage import (
    Coverage,
    load_coverage,
    missions_without_idea,
    references_to_nothing,
    unserved_ideas,
)
from challenges.planning import rest_weeks_of
from challenges.reading import ContentError

user = AppGroup("user", help="People and their accounts.")
season = AppGroup("season", help="The season and its rounds.")
content = AppGroup("content", help="The game's content.")


def init_app(app: Flask) -> None:
    jobs = (close_round, verify, rebuild_command)
    for command in (user, season, content, demo_command, import_people, *jobs):
        app.cli.add_command(command)


@user.command("create")
@click.argument("email")
@click.argument("name")
@click.option("--lead", is_flag=True, help="May plan seasons and close rounds.")
@click.password_option(help="At least 12 characters; asked for when not given.")
def user_create(email: str, name: str, lead: bool, password: str) -> None:
    """Create a user with a password."""
    reasons = {
        "short": f"use at least {SHORTEST} characters",
        "long": f"use at most {LONGEST} characters",
        "common": "that one is on every list of common passwords",
    }
    with one_line_on_failure():
        try:
            with writing():
                by = By(None, clock.now())
                made = accounts.create_user(
                    email, name, password=password, is_lead=lead, now=by.now
                )
                record(by, Action.PERSON_ADDED, person_id=made.id)
                if lead:
                    record(by, Action.LEAD_ADDED, person_id=made.id)
        except accounts.EmailTaken as error:
            raise click.ClickException(f"{error} has an account already") from error
        except PasswordRefused as error:
            raise click.ClickException(reasons[error.reason]) from error
    click.echo(f"Created {email}.")


@season.command("plan")
@click.argument("name")
@click.argument("start", type=click.DateTime(["%Y-%m-%d"]))
@click.option(
    "--rest",
    multiple=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="A rest week's Monday, instead of the proposed ones.",
)
@click.option("--no-rest", is_flag=True, help="Play through, also in weeks of many holidays.")
@click.option("--join-small-teams", is_flag=True, help="Let small teams play as one.")
@click.option("--no-vote", is_flag=True, help="Keep the last two challenges in their order.")
@click.option("--goal", type=click.IntRange(1), help="The shared goal, instead of the usual one.")
def season_plan(
    name: str,
    start: datetime,
    rest: tuple[datetime, ...],
    no_rest: bool,
    join_small_teams: bool,
    no_vote: bool,
    goal: int | None,
) -> None:
    """Plan a season of all shipped challenges from the Monday START (as in 2027-01-11).

    Weeks with few working days rest unless told otherwise. Nobody can join until it is started.
    """
    slugs = [challenge.slug for challenge in shipped().challenges]
    monday = start.date()
    with one_line_on_failure(), writing():
        rest_weeks = (
            frozenset(value.date() for value in rest)
            if rest or no_rest
            else rest_weeks_of(monday, len(slugs))
        )
        planned = planning.plan_season(
            name, monday, slugs, rest_weeks, time_zone(), has_vote=not no_vote, goal=goal
        )
        joined = join_small_teams_of(planned.id) if join_small_teams else []
        record(By(None, clock.now()), Action.SEASON_PLANNED, thing=planned.name)
    click.echo(f"Planned {planned.name}; `flask season start` lets people join it.")
    click.echo("Note when it was negotiated with the trade union, on /admin/season.")
    for week in sorted(rest_weeks):
        click.echo(f"Rest week: {week.isoformat()}")
    for team in joined:
        click.echo(f"Plays as one: {team}")


@season.command("start")
def season_start() -> None:
    """Let everybody join the season that is planned; its first round begins on its Monday."""
    draft = find_draft()
    if draft is None:
        raise click.ClickException("no season is waiting to be started; plan one first")
    with one_line_on_failure(), writing():
        planning.start_season(draft.id, now=clock.now())
        record(By(None, clock.now()), Action.SEASON_STARTED, thing=draft.name)
    click.echo(f"Started {draft.name}.")


@season.command("pause")
def season_pause() -> None:
    """Make the next round's week a rest week, and move it and all later rounds."""
    by = By(None, clock.now())
    with one_line_on_failure(), writing():
        season = get_current_season()
        monday, _is_new = planning.pause_season(time_zone(), now=by.now, season_id=season.id)
        week = {"week": monday.isocalendar().week}
        record(by, Action.SEASON_PAUSED, thing=season.name, details=week)
    click.echo(f"The week of {monday.isoformat()} is a rest week; later rounds have moved.")


@content.command("check")
def content_check() -> None:
    """Check every content file, and that each idea of the article is served."""
    try:
        found = load_catalogue()
        problems = _problems(load_coverage(), found, _pages())
    except ContentError as error:
        raise click.ClickException(str(error)) from error
    if problems:
        raise click.ClickException("\n".join(problems))
    missions = sum(len(challenge.missions) for challenge in found.challenges)
    click.echo(
        f"{len(found.challenges)} challenges, {missions} missions, {len(found.badges)} badges, "
        f"{len(found.deck.questions)} questions, {len(found.roles)} roles; every idea is served."
    )


def _problems(coverage: Coverage, found: Catalogue, pages: set[str]) -> list[str]:
    """What of the article would get lost, or is claimed without being there."""
    return [
        *(f"not served: {idea.id}" for idea in unserved_ideas(coverage, found, pages)),
        *(f"no such thing: {each}" for each in references_to_nothing(coverage, found, pages)),
        *(
            f"no such idea: {mission.source} ({mission.slug})"
            for mission in missions_without_idea(coverage, found)
        ),
    ]


def _pages() -> set[str]:
    return {rule.rule for rule in current_app.url_map.iter_rules()}


@click.command("demo")
@click.option("--people", default=demo.PEOPLE, show_default=True, type=click.IntRange(30, 200_000))
@click.option(
    "--rounds",
    default=demo.ROUNDS_BEHIND,
    show_default=True,
    type=click.IntRange(0, 8),
    help="Closed rounds behind.",
)
@click.option("--seed", default=demo.SEED, show_default=True, type=int)
@with_appcontext
def demo_command(people: int, rounds: int, seed: int) -> None:
    """Fill an empty database with a fictional company in the middle of a season."""
    if not current_app.extensions["settings"].demo:
        raise click.ClickException("set FIKALIGAN_DEMO=true first; the demo is never mixed in")
    with one_line_on_failure(), click.progressbar(length=1, label="Demo") as bar:
        try:
            demo.build_demo(
                demo.DemoPlan(people, rounds, seed),
                catalogue=catalogue(),
                zone=time_zone(),
                now=clock.now(),
                dashboards=current_app.extensions["settings"].dashboards,
                progress=_moving(bar),
            )
        except demo.DatabaseNotEmpty as error:
            raise click.ClickException("the database is not empty; use a fresh one") from error


def _moving(bar) -> Callable[[str, int, int], None]:
    def move(step: str, done: int, total: int) -> None:
        bar.label, bar.length = f"Demo, {step}", total
        bar.update(done - bar.pos)

    return move


@click.command("close-round")
@with_appcontext
def close_round() -> None:
    """Close every round that is due, in order, and settle a season that is over.

    The worker does it on Mondays at noon.
    """
    closed = 0
    with one_line_on_failure():
        dashboards = current_app.extensions["settings"].dashboards
        for result in close_due_rounds(catalogue(), dashboards=dashboards, clock=clock.now):
            closed += 1
            click.echo(f"Closed round {result.round_number}: {result.teams} teams published.")
        if settle_ended_season(catalogue(), clock=clock.now):
            click.echo("The season is settled.")
    if not closed:
        click.echo("No round is due.")


def site_of_jobs(must_stop: Callable[[], bool] = lambda: False) -> Site:
    return Site(
        settings=current_app.extensions["settings"],
        catalogue=catalogue(),
        zone=time_zone(),
        clock=clock.now,
        write=click.echo,
        must_stop=must_stop,
    )


@click.command("verify")
@with_appcontext
def verify() -> None:
    """Recompute every invariant from the ground; exit 1 naming the first difference."""
    with one_line_on_failure():
        first = next(differences(catalogue()), None)
    if first is not None:
        raise click.ClickException(first)
    click.echo("Everything agrees.")


@click.command("rebuild")
@with_appcontext
def rebuild_command() -> None:
    """Make sums, streaks, awards and the goal anew from the ledger and the history.

    What is published stays as it is.
    """
    with one_line_on_failure(), click.progressbar(length=1, label="Seasons") as bar, writing():

        def move(done: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(done - bar.pos)

        rebuild(catalogue(), now=clock.now(), progress=move)
