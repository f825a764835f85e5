from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.badges.queries import badges_of_participation
from app.checkins import service
from app.checkins.reports import Met
from app.database import db, writing
from app.history.models import CheckIn, Meeting, PointEntry, Streak
from app.rhythm.verify import differences
from app.seasons.queries import get_current_season
from challenges.errors import (
    AlreadyCheckedIn,
    BeforeJoining,
    NotCheckedIn,
    NotJoined,
    RoundClosed,
    RoundNotOpen,
    UnknownDepartment,
    UnknownMission,
    ValueOutOfRange,
)
from challenges.model import UserId
from challenges.points import confirmation_entries, thing_of_meeting
from tests.conftest import NOW
from tests.factories import World, catalogue, participation_of


def participation(user):
    return participation_of(user.id, get_current_season().id)


def ledger(user) -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(PointEntry.kind, PointEntry.points)
        .where(PointEntry.user_id == user.id)
        .order_by(PointEntry.id)
    )
    return [(kind, points) for kind, points in rows]


def test_a_check_in_in_time_books_ten_points_and_starts_the_streak(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    assert ledger(sara) == [("check-in", 10)]
    assert participation(sara).points == 10
    assert db.session.get_one(Streak, participation(sara).id).current == 1


def test_meeting_another_department_gives_five_more_once(app: Flask):
    world = World(NOW, week=2)
    sara = world.person(team=0)
    world.check_in(sara, 1, at=world.rounds[0].starts_at + timedelta(hours=30), met=(1, 2))
    world.check_in(sara, 2, met=(1,))
    assert ledger(sara) == [("check-in", 10), ("bridge", 5), ("check-in", 10)]


def test_the_own_department_is_no_bridge(app: Flask):
    world = World(NOW)
    sara = world.person(team=0)
    world.check_in(sara, met=(0,))
    assert ledger(sara) == [("check-in", 10)]


def test_a_second_check_in_is_refused_and_changes_nothing(app: Flask):
    world = World(NOW)
    sara = world.person()
    first = world.check_in(sara, note="den första")
    with pytest.raises(AlreadyCheckedIn):
        world.check_in(sara, note="den andra")
    db.session.expire_all()
    assert db.session.scalars(select(CheckIn)).one().note == "den första"
    assert first.revision == 1
    assert ledger(sara) == [("check-in", 10)]


def test_an_undo_compensates_and_keeps_the_text(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara, met=(1,), note="bara mitt")
    with writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=NOW)
    row = db.session.scalars(select(CheckIn)).one()
    assert row.note == "bara mitt"
    assert row.undone_at == NOW
    assert ledger(sara) == [("check-in", 10), ("bridge", 5), ("check-in", -10), ("bridge", -5)]
    assert participation(sara).points == 0
    assert badges_of_participation(participation(sara).id) == frozenset()


def test_a_redo_restores_points_streak_and_badges_as_a_new_revision(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara, met=(1,))
    held = badges_of_participation(participation(sara).id)
    with writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=NOW)
    with writing():
        row = service.redo(sara.id, 1, None, catalogue=catalogue(), now=NOW)
    assert row.revision == 2
    assert participation(sara).points == 15
    assert held
    assert badges_of_participation(participation(sara).id) == held


def test_a_redo_may_say_something_new(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara, met=(1, 2))
    with writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=NOW)
    with writing():
        service.redo(sara.id, 1, world.report(1, met=(3,)), catalogue=catalogue(), now=NOW)
    assert db.session.scalars(select(Meeting.department_id)).all() == [world.departments[3].id]


def test_an_undo_takes_back_what_a_confirmed_meeting_gave_to_both_and_a_redo_does_not_return_it(
    app: Flask,
):
    """A confirmation has no page yet; its rows are booked here as the rules name them."""
    world = World(NOW)
    sara, omar = world.person(), world.person(team=1)
    row = world.check_in(sara, met=(1,))
    entries = confirmation_entries(
        UserId(sara.id), UserId(omar.id), paid=set(), is_pair_confirmed=False
    )
    with writing():
        for user in (sara, omar):
            entry = entries[UserId(user.id)]
            db.session.add(
                PointEntry(
                    thing=thing_of_meeting(row.id, 1),
                    revision=row.revision,
                    kind=entry.kind,
                    points=entry.points,
                    round_id=row.booking_round_id,
                    team_id=row.team_id if user is sara else world.teams[1].id,
                    user_id=user.id,
                    booked_at=NOW,
                )
            )
            db.session.merge(participation(user)).points += entry.points
    assert list(differences(catalogue())) == []
    with writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=NOW)
    db.session.expire_all()
    assert ledger(omar) == [("confirmed", 2), ("confirmed", -2)]
    assert (participation(sara).points, participation(omar).points) == (0, 0)
    with writing():
        service.redo(sara.id, 1, None, catalogue=catalogue(), now=NOW)
    db.session.expire_all()
    assert (participation(sara).points, participation(omar).points) == (15, 0)


def test_undoing_twice_and_redoing_what_stands_are_refused(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    with pytest.raises(AlreadyCheckedIn), writing():
        service.redo(sara.id, 1, None, catalogue=catalogue(), now=NOW)
    with writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=NOW)
    with pytest.raises(NotCheckedIn), writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=NOW)
    assert participation(sara).points == 0


def test_undo_ends_when_the_booking_round_closes(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    closes_at = world.rounds[0].closes_at
    with pytest.raises(RoundClosed), writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=closes_at)
    with writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=closes_at - timedelta(microseconds=1))
    assert participation(sara).points == 0


def test_catching_up_gives_five_points_in_the_running_round_and_rescues_the_streak(app: Flask):
    world = World(NOW, week=2)
    sara = world.person()
    row = world.check_in(sara, 1, met=(1,))
    world.check_in(sara, 2, met=(1,))
    assert row.booking_round_id == world.rounds[1].id
    assert ledger(sara) == [("catch-up", 5), ("check-in", 10), ("bridge", 5)]
    assert db.session.get_one(Streak, participation(sara).id).current == 2


def test_only_one_catch_up_a_booking_round_is_paid(app: Flask):
    world = World(NOW, week=3)
    sara = world.person()
    world.check_in(sara, 1)
    world.check_in(sara, 2)
    assert ledger(sara) == [("catch-up", 5)]
    with writing():
        service.undo(sara.id, 1, catalogue=catalogue(), now=NOW)
    with writing():
        service.redo(sara.id, 1, None, catalogue=catalogue(), now=NOW)
    assert participation(sara).points == 5


def test_a_write_that_waited_for_a_closing_books_in_the_next_round(app: Flask):
    """Its instant was taken before noon, but the table is out: what is closed never changes."""
    world = World(NOW)
    sara = world.person()
    closes_at = world.rounds[0].closes_at
    world.close(at=closes_at)
    row = world.check_in(sara, 1, at=closes_at - timedelta(seconds=1))
    assert row.received_at == closes_at
    assert row.booking_round_id == world.rounds[1].id


def test_an_undone_pledge_figure_never_becomes_a_badge(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara, actual=3, recalled=8)
    held = badges_of_participation(participation(sara).id)
    assert held == {badge.slug for badge in catalogue().badges if _is_for(badge, "curiosity")}


def _is_for(badge, challenge: str) -> bool:
    return getattr(badge.rule, "challenge", None) == challenge


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"actual": 11}, ValueOutOfRange),
        ({"actual": -1}, ValueOutOfRange),
        ({"recalled": 11}, ValueOutOfRange),
        ({"note": "x" * 2001}, ValueOutOfRange),
    ],
)
def test_what_is_out_of_range_is_refused_whole(app: Flask, changes, error):
    world = World(NOW)
    sara = world.person()
    with pytest.raises(error):
        world.check_in(sara, **changes)
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 0


def test_a_mission_of_another_challenge_or_a_department_of_nobody_is_refused(app: Flask):
    world = World(NOW)
    sara = world.person()
    foreign = world.report(2)
    with pytest.raises(UnknownMission), writing():
        service.check_in(sara.id, 1, foreign, catalogue=catalogue(), now=NOW)
    nowhere = replace(world.report(1), met=(Met(department_id=999_999),))
    with pytest.raises(UnknownDepartment), writing():
        service.check_in(sara.id, 1, nowhere, catalogue=catalogue(), now=NOW)


def test_who_has_not_joined_and_what_has_not_begun_are_refused(app: Flask):
    world = World(NOW, week=2)
    stranger = world.person(joins=False)
    with pytest.raises(NotJoined):
        world.check_in(stranger, 2)
    late = world.person(joins=False)
    world.join(late, at=NOW)
    with pytest.raises(BeforeJoining):
        world.check_in(late, 1)
    with pytest.raises(RoundNotOpen):
        world.check_in(late, 3)
    assert ledger(late) == []


def test_a_pledge_can_be_changed_until_the_check_in(app: Flask):
    world = World(NOW)
    sara = world.person()
    missions = catalogue().challenge("curiosity").missions
    for mission, expected in ((missions[0].slug, 7), (missions[1].slug, None)):
        with writing():
            row = service.pledge(
                sara.id, 1, mission=mission, expected=expected, catalogue=catalogue(), now=NOW
            )
    assert (row.mission, row.expected) == (missions[1].slug, None)
    world.check_in(sara)
    with pytest.raises(AlreadyCheckedIn), writing():
        service.pledge(
            sara.id, 1, mission=missions[0].slug, expected=2, catalogue=catalogue(), now=NOW
        )


def test_away_waits_with_the_streak_and_a_check_in_overrides_it(app: Flask):
    world = World(NOW)
    sara = world.person()
    with writing():
        service.mark_away(sara.id, 1, is_away=True, catalogue=catalogue(), now=NOW)
    world.check_in(sara)
    assert db.session.get_one(Streak, participation(sara).id).current == 1


def test_being_away_afterwards_can_save_a_row_and_its_badge(app: Flask):
    world = World(NOW)
    sara = world.person()
    for number in (1, 2, 4):
        world.check_in(sara, number, at=NOW + timedelta(weeks=number - 1))
        if number < 3:
            world.close(at=world.rounds[number - 1].closes_at)
    world.close(at=world.rounds[2].closes_at)
    in_round_4 = NOW + timedelta(weeks=3)
    id_ = participation(sara).id
    assert "kept-3" not in badges_of_participation(id_)
    for is_away in (True, False):
        with writing():
            service.mark_away(sara.id, 3, is_away=is_away, catalogue=catalogue(), now=in_round_4)
        assert ("kept-3" in badges_of_participation(id_)) == is_away
