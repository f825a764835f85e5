"""A person erased: nothing of her is left, and nothing that others have changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.leaving import ask_to_be_erased, stay
from app.accounts.models import User
from app.accounts.service import disable_user
from app.dashboard.models import Snapshot
from app.database import db, writing
from app.erased import ErasedList
from app.history.models import CheckIn, Meeting, PointEntry
from app.league.models import TeamRound
from app.retention import CLOSED_ACCOUNT_KEPT, REGRET_LASTS
from app.rhythm.erasing import Erasures, erase_due
from app.rhythm.nightly import recount
from app.rhythm.rebuild import rebuild
from app.rhythm.verify import differences
from app.seasons.models import Participation, Round
from app.seasons.planning import earliest_start, plan_season
from app.seasons.queries import get_current_season
from tests.conftest import NOW, FrozenClock, bytes_of
from tests.factories import ZONE, World, catalogue

NAME, EMAIL = "Kanarie Fågelsson", "kanarie@demo.example"
NOTE, PERSON = "kanarie-anteckning om en lång fika", "Kanarie-Kollega"
CANARIES = (NAME, EMAIL, NOTE, PERSON)
DUE = NOW + REGRET_LASTS


@dataclass
class Scene:
    """Two closed rounds and an open one. Kanarie plays in all three, and a colleague has written
    her name down."""

    world: World
    kanarie: User
    colleague: User
    erased: ErasedList

    def ask(self) -> None:
        with writing():
            ask_to_be_erased(self.kanarie.id, token="", now=NOW)

    def erase(self, now=DUE) -> Erasures:
        found = erase_due(self.erased, now=now)
        db.session.expire_all()
        return found

    def is_there(self) -> bool:
        return db.session.scalar(select(User.id).where(User.id == self.kanarie.id)) is not None


@pytest.fixture
def scene(app: Flask, tmp_path: Path) -> Scene:
    world = World(NOW, week=3)
    people = [world.person(team) for team in (0, 0, 0, 0, 0, 0, 1, 1)]
    kanarie = world.person(name=NAME, email=EMAIL)
    for number in (1, 2):
        for person in people:
            world.play(person, number, met=(1, 2))
        world.play(kanarie, number, met=(number,), note=NOTE, actual=4)
        world.close(at=world.rounds[number - 1].closes_at)
    world.check_in(kanarie, 3, met=(3,), note=NOTE, actual=2)
    with writing():
        met_by = select(CheckIn.id).join(
            Participation, Participation.id == CheckIn.participation_id
        )
        for user, name in ((kanarie, PERSON), (people[0], NAME.lower())):
            hers = met_by.where(Participation.user_id == user.id)
            db.session.execute(
                update(Meeting).where(Meeting.check_in_id.in_(hers)).values(person=name)
            )
    return Scene(world, kanarie, people[0], ErasedList(tmp_path / "erased"))


def rows_of(*models: type) -> list[tuple]:
    return [
        tuple(row)
        for model in models
        for row in db.session.execute(
            select(model.__table__).order_by(*model.__table__.primary_key.columns)
        )
    ]


def points_by_team_and_round() -> list[tuple]:
    columns = (PointEntry.team_id, PointEntry.round_id)
    return [
        tuple(row)
        for row in db.session.execute(
            select(*columns, sa.func.sum(PointEntry.points)).group_by(*columns).order_by(*columns)
        )
    ]


def texts_left() -> list[str]:
    """The canaries in all rows of all tables, in whatever spelling."""
    found = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            whole = " ".join(str(value) for value in row).casefold()
            found += [f"{table.name}: {each}" for each in CANARIES if each.casefold() in whole]
    return found


def close_third_round(scene: Scene) -> None:
    scene.world.close(at=scene.world.rounds[2].closes_at)


def test_before_it_she_is_everywhere(scene: Scene):
    """Otherwise the next test would prove nothing."""
    tables = {each.partition(":")[0] for each in texts_left()}
    assert tables == {"user", "check_in", "meeting", "outbox_mail"}


def test_nothing_of_her_is_left_and_all_that_is_published_stays(scene: Scene):
    scene.ask()
    close_third_round(scene)
    history, totals = rows_of(TeamRound, Snapshot), points_by_team_and_round()
    goal = get_current_season().goal_count
    assert scene.erase() == Erasures(erased=1)
    assert texts_left() == []
    assert rows_of(TeamRound, Snapshot) == history
    assert points_by_team_and_round() == totals
    assert list(differences(catalogue())) == []
    with writing():
        recount(now=DUE)
    db.session.expire_all()
    assert get_current_season().goal_count == goal
    with writing():
        rebuild(catalogue(), now=DUE)
    db.session.expire_all()
    assert get_current_season().goal_count == goal
    assert list(differences(catalogue())) == []


def test_what_a_colleague_wrote_besides_the_name_is_hers(scene: Scene):
    scene.ask()
    close_third_round(scene)
    scene.erase()
    meetings = db.session.execute(
        select(Meeting.person, Meeting.department_id).where(Meeting.department_id.is_not(None))
    ).all()
    assert len(meetings) == 32
    assert {row.person for row in meetings} == {""}


def test_a_namesake_is_not_struck_out(scene: Scene):
    scene.world.person(name=NAME)
    scene.ask()
    close_third_round(scene)
    scene.erase()
    assert db.session.scalar(select(Meeting.id).where(Meeting.person == NAME.lower())) is not None


def test_no_shelf_shrinks_at_the_next_closing(scene: Scene):
    scene.ask()
    close_third_round(scene)
    before = {row.team_id: row.shelf for row in newest_rows(scene, 3)}
    assert sum(map(sum, (shelf.values() for shelf in before.values()))) > 0
    scene.erase()
    scene.world.close(at=scene.world.rounds[3].closes_at)
    for row in newest_rows(scene, 4):
        assert before[row.team_id].items() <= row.shelf.items()


def newest_rows(scene: Scene, number: int):
    round_id = scene.world.rounds[number - 1].id
    return db.session.scalars(select(TeamRound).where(TeamRound.round_id == round_id)).all()


def test_the_sums_tell_neither_whose_they_are_nor_that_they_belong_together(scene: Scene):
    scene.ask()
    close_third_round(scene)
    own = select(PointEntry.id).where(PointEntry.user_id == scene.kanarie.id)
    before = set(db.session.scalars(own))
    scene.erase()
    sums = db.session.scalars(select(PointEntry).where(PointEntry.user_id.is_(None))).all()
    starts = {int(each.id): each.starts_at for each in scene.world.rounds}
    assert len(sums) == 3
    assert len({each.thing for each in sums}) == 3
    assert {each.id for each in sums} < before, "each stands where a row of hers stood"
    assert all(each.booked_at == starts[each.round_id] for each in sums)


def test_what_was_undone_leaves_no_row(scene: Scene, sign_in):
    sign_in(scene.kanarie).post("/week/3/undo")
    scene.ask()
    close_third_round(scene)
    scene.erase()
    kept = db.session.scalars(select(PointEntry.round_id).where(PointEntry.user_id.is_(None))).all()
    assert scene.world.rounds[2].id not in kept


def test_it_waits_for_the_round_that_is_overdue(scene: Scene):
    scene.ask()
    assert scene.erase() == Erasures(waiting=1)
    assert scene.is_there()
    close_third_round(scene)
    team = next(row for row in newest_rows(scene, 3) if row.team_id == scene.world.teams[0].id)
    assert team.available == 7, "she counts in it"
    assert scene.erase() == Erasures(erased=1)


def test_nobody_is_erased_a_moment_too_early_or_twice(scene: Scene):
    scene.ask()
    close_third_round(scene)
    public_id = scene.kanarie.public_id
    assert scene.erase(DUE - timedelta(seconds=1)) == Erasures()
    assert scene.erase() == Erasures(erased=1)
    assert scene.erase() == Erasures()
    assert scene.erased.ids() == {public_id}


def test_who_thinks_better_of_it_stays(scene: Scene):
    scene.ask()
    close_third_round(scene)
    with writing():
        stay(scene.kanarie.id, now=NOW)
    assert scene.erase() == Erasures()
    assert scene.is_there()
    assert scene.erased.ids() == frozenset()


def test_it_is_too_late_to_stay_once_her_id_may_be_on_the_list(scene: Scene):
    scene.ask()
    with writing():
        assert not stay(scene.kanarie.id, now=DUE)
    close_third_round(scene)
    assert scene.erase() == Erasures(erased=1)


def test_a_plan_that_nobody_starts_holds_up_no_erasure(scene: Scene):
    scene.ask()
    close_third_round(scene)
    start = earliest_start(ZONE, now=NOW)
    with writing():
        plan_season("Våren", start, ["advice"], frozenset(), ZONE)
        first = db.session.scalars(select(Round).order_by(Round.starts_at.desc())).first()
        assert first
        first.closes_at = DUE
    assert scene.erase() == Erasures(erased=1)


def test_a_closed_account_goes_after_a_year(scene: Scene):
    with writing():
        disable_user(scene.kanarie.id, now=NOW)
    for each in scene.world.rounds[2:]:
        scene.world.close(at=each.closes_at)
    assert scene.erase(NOW + CLOSED_ACCOUNT_KEPT - timedelta(days=1)) == Erasures()
    assert scene.erase(NOW + CLOSED_ACCOUNT_KEPT) == Erasures(erased=1)


def test_an_unwritable_list_erases_nobody(scene: Scene, tmp_path: Path):
    """Otherwise a backup put back would bring her back for good."""
    scene.ask()
    close_third_round(scene)
    scene.erased = ErasedList(tmp_path / "nowhere" / "erased")
    with pytest.raises(FileNotFoundError):
        scene.erase()
    assert scene.is_there()


def test_no_file_and_no_log_holds_anything_of_her(
    app: Flask, scene: Scene, sign_in: Callable[[User], FlaskClient], clock: FrozenClock, capfd
):
    url = db.engine.url
    with structlog.testing.capture_logs() as lines:
        browser = sign_in(scene.kanarie)
        for path in ("/week", "/week/3", "/me", "/me/data", "/me/data/export.html", "/nowhere"):
            browser.get(path)
        browser.post("/week/3/undo")
        browser.post("/week/3/check-in", data={"mission": "", "note": NOTE, "person": PERSON})
        browser.post("/me/data/erase", data={"email": EMAIL})
        clock.set(scene.world.rounds[2].closes_at)
        run = app.test_cli_runner()
        run.invoke(args=["close-round"])
        clock.set(DUE)
        answer = run.invoke(args=["nightly"])
        assert "Erased: 1." in answer.output
    written = capfd.readouterr()
    assert [each for each in CANARIES if each in f"{lines}{written}{answer.output}"] == []
    assert texts_left() == []
    if url.get_backend_name() == "sqlite":
        database = Path(url.database or "")
        files = sorted(database.parent.glob(f"{database.name}*"))
        assert {f"{database.name}-erased", database.name} <= {file.name for file in files}
        held = [
            f"{file.name}: {each}"
            for file in files
            for each in CANARIES
            if each.encode() in bytes_of(file)
        ]
        assert held == []
