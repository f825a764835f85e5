from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.invited import Stage, count_stages
from app.accounts.models import User
from app.accounts.passwords import is_password_right
from app.accounts.queries import find_user_by_email
from app.dashboard.models import ComfortRound, Snapshot, cell_key
from app.dashboard.tree import find_tree
from app.database import db, writing
from app.demo.company import AISHA, CAST, NILS, SARA
from app.demo.service import DatabaseNotEmpty, DemoPlan, build_demo, is_expired
from app.history.models import CheckIn, PointEntry
from app.league.models import TeamRound
from app.organisation.models import Department, Team
from app.pulse.models import PulseResult
from app.rhythm.verify import differences
from app.seasons.models import Participation, Round
from app.seasons.queries import get_current_season
from challenges.calendar import week_round
from tests.conftest import NOW
from tests.factories import catalogue, participation_of

ZONE = ZoneInfo("Europe/Stockholm")
MONDAY_MORNING = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
MONDAY_AFTERNOON = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
SUNDAY_NIGHT_OF_WEEK_53 = datetime(2027, 1, 3, 22, 59, tzinfo=UTC)


def build(now: datetime = NOW, **plan: int) -> None:
    build_demo(DemoPlan(**plan), catalogue=catalogue(), zone=ZONE, now=now)


def fingerprint() -> list[tuple]:
    rows = db.session.execute(
        select(Team.name, Round.number, PointEntry.kind, func.sum(PointEntry.points))
        .join(Team, Team.id == PointEntry.team_id)
        .join(Round, Round.id == PointEntry.round_id)
        .group_by(Team.name, Round.number, PointEntry.kind)
        .order_by(Team.name, Round.number, PointEntry.kind)
    )
    return [tuple(row) for row in rows]


def test_the_company_is_as_it_is_described(app: Flask):
    build()
    counts = [
        db.session.scalar(select(func.count()).select_from(model)) for model in (Department, Team)
    ]
    assert counts == [8, 26]
    season = get_current_season()
    assert [each.closed for each in season.plan.rounds] == [True] * 4 + [False] * 5
    for email, name, _team in CAST:
        user = find_user_by_email(email)
        assert user is not None
        assert user.name == name
        assert not is_password_right(user.password_hash, user.password_hash or "")
        assert user.is_lead == (email == AISHA)


def test_most_have_come_in_and_the_lead_sees_who_has_not(app: Flask):
    build()
    counts = count_stages(NOW)
    assert counts[Stage.UNINVITED] == 1, "Nils is new"
    assert counts[Stage.CAME] > 200
    assert counts[Stage.INVITED]
    assert counts[Stage.EXPIRED]
    playing = select(Participation.user_id)
    absent = select(User.id).where(User.password_hash.is_(None), User.id.in_(playing))
    assert db.session.scalar(absent) is None


def test_sara_has_four_rounds_behind_her_and_nils_has_not_joined(app: Flask):
    build()
    season = get_current_season()
    sara, nils = find_user_by_email(SARA), find_user_by_email(NILS)
    assert sara is not None
    assert nils is not None
    participation = participation_of(sara.id, season.id)
    done = db.session.scalars(
        select(CheckIn).where(CheckIn.participation_id == participation.id)
    ).all()
    assert len(done) == 4
    assert (
        db.session.scalar(select(Participation.id).where(Participation.user_id == nils.id)) is None
    )


def test_the_same_seed_invents_the_same_company_and_another_one_another(app: Flask):
    prints = []
    for seed in (7, 7, 8):
        build(people=40, rounds=2, seed=seed)
        prints.append(fingerprint())
        with writing():
            for table in reversed(db.metadata.sorted_tables):
                db.session.execute(table.delete())
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


@pytest.mark.parametrize("now", [MONDAY_MORNING, MONDAY_AFTERNOON, SUNDAY_NIGHT_OF_WEEK_53])
def test_the_fifth_round_contains_the_instant_twelve_hours_ago(app: Flask, now: datetime):
    build(now, people=40)
    season = get_current_season()
    running = week_round(season.plan, now - timedelta(hours=12))
    assert running is not None
    assert running.number == 5
    assert not running.closed
    assert list(differences(catalogue())) == []


def test_an_old_demo_is_known_to_be_expired(app: Flask):
    build(people=40)
    assert not is_expired(NOW)
    assert not is_expired(NOW + timedelta(days=4))
    assert is_expired(NOW + timedelta(days=7))


def test_the_demo_never_moves_in_with_somebody(app: Flask):
    build(people=40, rounds=1)
    with pytest.raises(DatabaseNotEmpty):
        build(people=40, rounds=1)


def test_teams_differ_and_move(app: Flask):
    build()
    rows = db.session.execute(
        select(TeamRound.team_id, TeamRound.place).where(TeamRound.place.is_not(None))
    ).all()
    places: dict[int, set[int | None]] = {}
    for team_id, place in rows:
        places.setdefault(team_id, set()).add(place)
    assert sum(len(each) > 1 for each in places.values()) > 10


def test_the_dashboards_have_something_to_tell(app: Flask):
    """A healthy group, a fading one of small teams, a missing bridge, a group below five."""
    build()
    season = get_current_season()
    tree = find_tree(season.id)
    assert tree is not None
    first, last = (
        {
            row.group_id: row
            for row in db.session.scalars(
                select(Snapshot).where(Snapshot.round_id == season.plan.rounds[index].id)
            )
        }
        for index in (0, 3)
    )
    by_name = {group.names: group for group in tree.groups.values()}
    healthy = last[by_name[("Bönräknarna",)].id]
    fading = by_name[("Kassakistan", "Öresutjämnarna")].id
    assert (healthy.band, healthy.bands) == (3, 4)
    before, after = first[fading].band, last[fading].band
    assert before is not None
    assert after is not None
    assert after < before
    assert not last[by_name[("Smakproverna",)].id].is_shown
    ekonomi, inkop = by_name[("Ekonomi",)], by_name[("Inköp",)]
    matrix = last[tree.organisation.id].matrix
    assert matrix[cell_key(ekonomi.id, inkop.id)] == "none"


def test_the_season_report_has_something_to_tell(app: Flask):
    """It was calmer than people feared in every round, and the first pulse is told."""
    build()
    comfort = db.session.scalars(select(ComfortRound)).all()
    assert len(comfort) == 4
    assert all(row.actual < row.expected for row in comfort)
    results = db.session.scalars(select(PulseResult)).all()
    assert {(row.moment, row.question) for row in results} == {
        ("before", "ease"),
        ("before", "help"),
        ("before", "belonging"),
    }
