"""Playing the demo's season in bulk; who earns what is decided by `challenges`."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import cast

from sqlalchemy import Table, bindparam, insert, update

from app.badges.models import BadgeAward
from app.database import db
from app.demo.company import DESERTED_TEAM, LEFT_BEHIND, NILS, SARA, TEAM_MOODS
from app.demo.habits import Deed, Mood, Player, deeds, mood
from app.demo.people import Company, Person
from app.history.models import CheckIn, Meeting, Pledge, PointEntry
from app.history.service import sum_points
from app.pulse.models import PulseSeen, PulseTally
from app.rhythm.settling import settle_participations
from app.seasons.models import Participation
from app.seasons.queries import get_current_season
from challenges.calendar import booking_round, is_in_time
from challenges.catalogue import Catalogue
from challenges.means import FIVE_STEPS
from challenges.model import Done, Round, Season
from challenges.points import Entry, bridged_before, catch_up_entries, in_time_entries, thing_of
from challenges.pulse import Moment

SHARE_WHO_JOIN = 0.78
SARAS_MOOD = Mood(keenness=1.0, trend=0.0)
SARAS_SHYNESS = 7
SHARE_WHO_ANSWER = 0.6
# How many choose each of the five answers, from the least to the most.
ANSWERS_BEFORE = {
    "ease": (3, 6, 5, 3, 1),
    "help": (2, 4, 6, 3, 1),
    "belonging": (1, 3, 6, 6, 2),
}
PLEDGED_BEFORE = timedelta(hours=6)


def enrol(company: Company, season_id: int, random: Random, *, now: datetime) -> list[Player]:
    """Most people join; Nils is new and has not."""
    nils, sara = company.cast[NILS], company.cast[SARA]
    joining = [
        person
        for person in company.people
        if person != nils and (person == sara or random.random() < SHARE_WHO_JOIN)
    ]
    rows = [
        {
            "user_id": person.user_id,
            "season_id": season_id,
            "team_id": person.team_id,
            "joined_at": now,
            "first_round": 1,
        }
        for person in joining
    ]
    statement = insert(Participation).returning(Participation.id, sort_by_parameter_order=True)
    ids = list(db.session.scalars(statement, rows))
    moods = {team: mood(random) for team in sorted({person.team_id for person in joining})}
    moods |= {company.team_ids[name]: Mood(*figures) for name, figures in TEAM_MOODS.items()}
    return [
        Player(person, id_, SARAS_MOOD, SARAS_SHYNESS)
        if person == sara
        else Player(person, id_, moods[person.team_id], random.randint(2, 8))
        for person, id_ in zip(joining, ids, strict=True)
    ]


def answer_before(players: list[Player], season_id: int, random: Random) -> None:
    """Most answer the three questions before they begin; it is counted, as for everybody."""
    asked = [each for each in players if random.random() < SHARE_WHO_ANSWER]
    db.session.execute(
        insert(PulseSeen),
        [
            {
                "user_id": each.person.user_id,
                "season_id": season_id,
                "moment": Moment.BEFORE.value,
            }
            for each in asked
        ],
    )
    counts: dict[str, list[int]] = {}
    for question, weights in ANSWERS_BEFORE.items():
        chosen = Counter(random.choices(FIVE_STEPS.answers, weights, k=len(asked)))
        counts[question] = [chosen[value] for value in FIVE_STEPS.answers]
    db.session.add(PulseTally(season_id=season_id, moment=Moment.BEFORE.value, counts=counts))


def desert(players: list[Player], company: Company, number: int) -> list[Player]:
    """Most of one team leave before that round; returns who is still in the season."""
    team = company.team_ids[DESERTED_TEAM]
    leaving = [player for player in players if player.person.team_id == team][LEFT_BEHIND:]
    db.session.execute(
        update(Participation)
        .where(Participation.id.in_([player.participation_id for player in leaving]))
        .values(left_from=number)
    )
    return [player for player in players if player not in leaving]


def play_round(
    players: Iterable[Player],
    company: Company,
    number: int,
    catalogue: Catalogue,
    random: Random,
    *,
    until: datetime,
) -> None:
    """Write what the players do in the week of a round, as far as it is before `until`."""
    season = get_current_season()
    written = [
        (player, deed)
        for player in players
        for deed in deeds(
            player, season.plan, number, company.within_reach(player.person), catalogue, random
        )
        if deed.received_at < until
    ]
    _write(written, season.plan, catalogue)
    this = season.plan.rounds[number - 1]
    settle_participations(season, catalogue, catalogue.badges, this, now=min(until, this.closes_at))
    _date_awards(written, this)
    sum_points(season.id)


def _date_awards(written: list[tuple[Player, Deed]], this: Round) -> None:
    """A check-in gives its badges at once; here a round is settled as a whole."""
    table = cast("Table", BadgeAward.__table__)
    statement = (
        update(table)
        .where(table.c.participation_id == bindparam("whose"), table.c.round_id == this.id)
        .values(awarded_at=bindparam("at"))
    )
    if written:
        db.session.execute(
            statement,
            [
                {"whose": player.participation_id, "at": deed.received_at}
                for player, deed in written
            ],
        )


def _write(written: list[tuple[Player, Deed]], season: Season, catalogue: Catalogue) -> None:
    if not written:
        return
    ids = _insert_check_ins(written, season)
    pledges: list[dict] = []
    meetings: list[dict] = []
    entries: list[dict] = []
    for (player, deed), check_in_id in zip(written, ids, strict=True):
        player.done[deed.round.number] = _done(player.person, deed, catalogue)
        if deed.is_pledged:
            pledges.append(
                {
                    "participation_id": player.participation_id,
                    "round_id": deed.round.id,
                    "mission": deed.mission,
                    "expected": deed.expected,
                    "pledged_at": deed.received_at - PLEDGED_BEFORE,
                }
            )
        meetings += [
            {"check_in_id": check_in_id, "department_id": department, "person": deed.person}
            for department in deed.met
        ]
        entries += _entry_rows(player, deed, season, check_in_id)
    for model, rows in ((Pledge, pledges), (Meeting, meetings), (PointEntry, entries)):
        if rows:
            db.session.execute(insert(model), rows)


def _insert_check_ins(written: list[tuple[Player, Deed]], season: Season) -> list[int]:
    rows = []
    for player, deed in written:
        booked_in = booking_round(season, deed.round, deed.received_at)
        rows.append(
            {
                "participation_id": player.participation_id,
                "round_id": deed.round.id,
                "booking_round_id": booked_in.id if booked_in else None,
                "team_id": player.person.team_id,
                "mission": deed.mission,
                "actual": deed.actual,
                "note": deed.note,
                "happened_on": deed.received_at.date(),
                "received_at": deed.received_at,
            }
        )
    statement = insert(CheckIn).returning(CheckIn.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows))


def _done(person: Person, deed: Deed, catalogue: Catalogue) -> Done:
    mission = catalogue.mission(deed.mission)
    return Done(
        round_number=deed.round.number,
        challenge=deed.round.challenge,
        level=mission.level,
        tags=frozenset(mission.tags),
        received_at=deed.received_at,
        departments=frozenset(deed.met) - {person.department_id},
        met_somebody=bool(deed.met),
        both_figures=deed.expected is not None and deed.actual is not None,
    )


def _entry_rows(player: Player, deed: Deed, season: Season, check_in_id: int) -> list[dict]:
    booked_in = booking_round(season, deed.round, deed.received_at)
    if booked_in is None:
        return []
    return [
        {
            "thing": thing_of(check_in_id),
            "revision": 1,
            "kind": entry.kind,
            "points": entry.points,
            "round_id": booked_in.id,
            "team_id": player.person.team_id,
            "user_id": player.person.user_id,
            "booked_at": deed.received_at,
        }
        for entry in _entries(player, deed, season, booked_in.number)
    ]


def _entries(player: Player, deed: Deed, season: Season, booked_in: int) -> tuple[Entry, ...]:
    done = player.done[deed.round.number]
    if is_in_time(deed.round, deed.received_at):
        return in_time_entries(done.departments, bridged_before(season, player.history, done))
    paid_before = booked_in in player.caught_up_in
    player.caught_up_in.add(booked_in)
    return catch_up_entries(paid_before=paid_before)
