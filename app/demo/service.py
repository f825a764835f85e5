"""The demo: a fictional company in the middle of a season that never goes stale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.accounts.models import User
from app.database import db, writing
from app.demo.company import DESERTED_AFTER, SARA
from app.demo.habits import Player
from app.demo.people import Company, found_company, keep_outside
from app.demo.season import answer_before, desert, enrol, play_round
from app.rhythm.service import close_due_round
from app.seasons.planning import plan_season, record_negotiation, start_season
from app.seasons.queries import find_current_season
from challenges.calendar import local_day, monday_of
from challenges.catalogue import Catalogue

PEOPLE = 240
ROUNDS_BEHIND = 4
SEED = 7
SPRING_ENDS = 7
# So that the season still runs when somebody opens the page on a Monday morning.
FRESHNESS = timedelta(hours=12)
NEGOTIATED_BEFORE = timedelta(weeks=4)
INVITED_BEFORE = timedelta(days=3)
NEGOTIATION = "FIKA 12"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """`rounds` closed rounds lie behind, from 0 to one less than the catalogue's challenges."""

    people: int = PEOPLE
    rounds: int = ROUNDS_BEHIND
    seed: int = SEED


class DatabaseNotEmpty(Exception):
    """Somebody lives here already; the demo only moves into an empty database."""


def build_demo(
    plan: DemoPlan,
    *,
    catalogue: Catalogue,
    zone: ZoneInfo,
    now: datetime,
    dashboards: bool = True,
    progress: Progress = lambda step, done, total: None,
) -> None:
    """Fill an empty database; `progress` hears each step with how many of how many are done."""
    random = Random(plan.seed)
    steps = plan.rounds + 2
    if not is_empty():
        raise DatabaseNotEmpty
    progress("people", 0, steps)
    start = monday_of(local_day(now - FRESHNESS, zone)) - timedelta(weeks=plan.rounds)
    with writing():
        season = plan_season(
            _season_name(start.year, start.month),
            start,
            [challenge.slug for challenge in catalogue.challenges],
            frozenset(),
            zone,
        )
        start_season(season.id, now=season.starts_at - INVITED_BEFORE)
        record_negotiation(season.id, start - NEGOTIATED_BEFORE, NEGOTIATION)
        company = found_company(plan.people, random, since=season.starts_at - timedelta(days=30))
        players = enrol(company, season.id, random, now=season.starts_at - INVITED_BEFORE)
        staying = _who_has_not_come(company, players, plan.seed)
        keep_outside(staying, Random(plan.seed), since=season.starts_at - INVITED_BEFORE, now=now)
        if plan.rounds and dashboards:
            # With a chance of its own, so that the company is the same with and without.
            answer_before(players, season.id, Random(plan.seed + 1))
    sara = company.cast[SARA]
    for number in range(1, plan.rounds + 2):
        progress("round", number, steps)
        is_running = number == plan.rounds + 1
        # Sara's running round is left for whoever tries the demo.
        playing = [each for each in players if not (is_running and each.person == sara)]
        with writing():
            play_round(playing, company, number, catalogue, random, until=now)
        with writing():
            close_due_round(catalogue, dashboards=dashboards, mails=False, now=now)
        if number == DESERTED_AFTER:
            with writing():
                players = desert(players, company, number + 1)
    progress("done", steps, steps)


def _who_has_not_come(company: Company, players: Sequence[Player], seed: int) -> list[int]:
    """Some of those who do not play; the others have come in and had a look. With a chance of its
    own, so that the company stays the same."""
    inside = {each.person for each in players} | set(company.cast.values())
    outside = [each.user_id for each in company.people if each not in inside]
    return Random(seed).sample(outside, len(outside) // 3)


def is_empty() -> bool:
    return db.session.scalar(select(func.count()).select_from(User)) == 0


def is_demo() -> bool:
    """Whether the database holds the demo's company."""
    return db.session.scalar(select(User.id).where(User.email == SARA)) is not None


def is_expired(now: datetime) -> bool:
    """Whether the round that should be running lies behind, so that a new demo is offered."""
    season = find_current_season()
    running = (
        next((each for each in season.plan.rounds if not each.closed), None) if season else None
    )
    return running is None or running.ends_at <= now - FRESHNESS


def _season_name(year: int, month: int) -> str:
    return f"Våren {year}" if month < SPRING_ENDS else f"Hösten {year}"
