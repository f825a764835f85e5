from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from app.dashboard.invariants import dashboard_differences
from app.dashboard.models import ReportingGroup, ReportingGroupTeam, Snapshot
from app.dashboard.tree import find_tree
from app.database import db, writing
from app.history.models import CheckIn, Meeting
from app.organisation.models import Membership, Team, TeamManager
from app.rhythm.service import close_due_round
from app.seasons.models import Participation
from app.seasons.queries import get_current_season
from app.seasons.service import leave
from tests.app.dashboard.conftest import Company
from tests.conftest import NOW
from tests.factories import catalogue


def snapshot(company: Company, *departments: str, number: int = 1) -> Snapshot:
    group = company.group(*departments) if departments else company.tree.organisation
    return db.session.get_one(Snapshot, (company.world.rounds[number - 1].id, group.id))


def next_week(number: int = 2):
    return NOW + timedelta(weeks=number - 1)


def test_groups_are_formed_when_round_1_closes_and_small_departments_join(company: Company):
    company.close()
    names = {group.names: group.size for group in company.tree.departments}
    assert names == {("Ekonomi",): 7, ("IT",): 6, ("Butik", "HR"): 7}
    assert company.tree.organisation.size == 20
    butik_and_hr = company.tree.leaves_of(company.group("Butik", "HR").id)
    assert [len(leaf.teams) for leaf in butik_and_hr] == [2]


def test_managers_do_not_count_when_groups_are_formed(company: Company):
    with writing():
        db.session.add(TeamManager(user_id=company.it[0].id, team_id=company.world.teams[1].id))
    company.close()
    assert ("IT",) not in {group.names for group in company.tree.departments}


def test_the_share_is_a_band_and_sums_are_rounded(company: Company):
    for user in company.ekonomi[:5]:
        company.world.check_in(user, met=(1,))
    company.world.check_in(company.it[0], met=(0, 2))
    company.close()
    ekonomi, it = snapshot(company, "Ekonomi"), snapshot(company, "IT")
    assert (ekonomi.band, ekonomi.bands) == (1, 2)
    assert (it.band, it.bands) == (0, 2)
    assert (ekonomi.meetings, ekonomi.bridges, it.meetings) == (5, 5, 0)


def test_the_matrix_says_nobody_some_or_a_rounded_number(company: Company):
    for user in company.ekonomi[:6]:
        company.world.check_in(user, met=(1,))
    company.world.check_in(company.small[0], met=(1,))
    for user in company.it:
        company.world.check_in(user)
    for user in company.small[1:]:
        company.world.check_in(user)
    company.close()
    ids = [company.group(*names).id for names in (("Ekonomi",), ("IT",), ("Butik", "HR"))]
    ekonomi, it, small = ids
    keys = {frozenset(map(int, key.split("-"))): value for key, value in cells(company).items()}
    assert keys[frozenset({ekonomi, it})] == 5
    assert keys[frozenset({it, small})] == "some"
    assert keys[frozenset({ekonomi, small})] == "none"


def cells(company: Company) -> dict[str, int | str]:
    return snapshot(company).matrix


def test_badges_are_counted_by_kind_and_never_those_for_their_owner_only(company: Company):
    for user in company.ekonomi:
        company.world.check_in(user, level="quiet")
    company.close()
    badges = snapshot(company, "Ekonomi").badges
    assert badges["tip-curiosity"] == 5
    owners = {each.slug for each in catalogue().badges if each.audience.value == "owner"}
    assert not owners & badges.keys()


def test_a_parent_is_made_of_what_its_groups_publish(company: Company):
    for user in (*company.ekonomi, *company.it):
        company.world.check_in(user, met=(2,))
    company.close()
    whole = snapshot(company)
    parts = [snapshot(company, *group.names) for group in company.tree.departments]
    assert whole.meetings == sum(part.meetings for part in parts) == 10
    assert (whole.band, whole.bands) == (3, 6)


def test_a_group_that_falls_below_five_shows_only_its_parent(company: Company):
    company.close()
    for user in company.it[:2]:
        with writing():
            leave(user.id, now=next_week())
    for number in (2, 3):
        company.close(number)
    assert snapshot(company, "IT", number=2).is_shown
    small = snapshot(company, "IT", number=3)
    assert not small.is_shown
    assert small.band is None
    assert snapshot(company, number=3).is_shown


def test_sums_wait_while_too_few_are_there_and_then_take_all_in(company: Company):
    for user in company.it:
        company.world.check_in(user, met=(0,))
    company.close()
    assert snapshot(company, "IT").meetings == 5
    for user in company.it[:2]:
        with writing():
            leave(user.id, now=NOW)
    for user in company.it[2:]:
        company.world.check_in(user, 2, at=next_week(), met=(0,))
    company.close(2)
    assert snapshot(company, "IT", number=2).meetings == 5
    with writing():
        db.session.execute(update_left_from())
    for user in company.it:
        company.world.check_in(user, 3, at=next_week(3))
    company.close(3)
    assert snapshot(company, "IT", number=3).meetings == 10


def update_left_from():

    return update(Participation).values(left_from=None)


def test_nothing_published_ever_changes_by_moves_erasures_or_a_second_closing(company: Company):
    for user in company.ekonomi:
        company.world.check_in(user, met=(1,))
    company.close()
    before = figures()
    with writing():
        db.session.add(
            Membership(
                user_id=company.ekonomi[0].id,
                starts_at=company.world.rounds[1].starts_at,
                team_id=company.world.teams[1].id,
            )
        )
    company.close(1)
    assert figures() == before
    company.close(2)
    assert {key: row for key, row in figures().items() if key in before} == before
    assert snapshot(company, "Ekonomi", number=2).meetings == 5


def figures() -> dict[tuple[int, int], tuple]:
    return {
        (row.round_id, row.group_id): (row.band, row.bands, row.meetings, row.bridges, row.badges)
        for row in db.session.scalars(select(Snapshot))
    }


def test_what_an_erased_person_did_stays_in_the_sums(company: Company):
    """Else the next page would show by its difference how much she had done."""
    checked_in = [company.world.check_in(user, met=(1,)) for user in company.ekonomi]
    company.close()
    assert snapshot(company, "Ekonomi").meetings == 5

    with writing():
        db.session.execute(
            delete(Meeting).where(Meeting.check_in_id.in_([each.id for each in checked_in]))
        )
    for user in company.ekonomi:
        company.world.check_in(user, 2, at=next_week())
    company.close(2)
    assert snapshot(company, "Ekonomi", number=2).meetings == 5


def test_a_new_team_joins_a_group_of_its_department_for_the_rest_of_the_season(company: Company):
    company.close()
    with writing():
        team = Team(name="Nytt lag", department_id=company.world.departments[0].id)
        db.session.add(team)
    company.close(2)
    assert company.tree.leaf_of_team[team.id].names == ("Ekonomi",)
    assert len(db.session.scalars(select(ReportingGroup)).all()) == 4


def test_nothing_is_published_where_dashboards_are_switched_off(company: Company):
    with writing():
        close_due_round(catalogue(), dashboards=False, now=company.world.rounds[0].closes_at)
    assert find_tree(company.world.season.id) is None
    # Switched on in the middle of a season they begin with the next closing.
    company.close(2)
    assert snapshot(company, "IT", number=2).is_shown


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"meetings": 7}, "not rounded"),
        ({"band": 2, "bands": 2}, "no band"),
        ({"band": 0, "bands": 11}, "no band"),
        ({"band": None, "bands": 2}, "half a band"),
        ({"is_shown": False, "band": 0, "bands": 2}, "not shown"),
        ({"badges": {"tip-curiosity": 3}}, "not rounded"),
        ({"badges": {"quiet-3": 5}}, "owner only"),
        ({"matrix": {"1-2": 5}}, "organisation"),
        ({"meetings": 5}, "not those of its groups"),
    ],
)
def test_verify_names_a_figure_without_its_form(company: Company, values: dict, complaint: str):
    company.close()
    row = snapshot(company, "IT")
    before = {name: getattr(row, name) for name in values}
    with writing():
        for name, value in values.items():
            setattr(row, name, value)
    found = list(dashboard_differences(get_current_season(), catalogue()))
    assert any(complaint in each for each in found), found
    with writing():
        for name, value in before.items():
            setattr(row, name, value)


def test_verify_names_a_group_that_is_too_small_and_a_missing_snapshot(company: Company):
    company.close()
    group = db.session.get_one(ReportingGroup, company.group("IT").id)
    with writing():
        group.size = 5
    found = list(dashboard_differences(get_current_season(), catalogue()))
    assert any("fewer than 6" in each for each in found)
    with writing():
        group.size = 6
        db.session.delete(snapshot(company, "IT"))
    found = list(dashboard_differences(get_current_season(), catalogue()))
    assert any("without its group" in each for each in found)
    with writing():
        for table in (Snapshot, ReportingGroupTeam, ReportingGroup):
            db.session.execute(delete(table))


def test_check_ins_of_catch_ups_are_not_in_time(company: Company):
    for user in company.it:
        company.world.check_in(user, 1)
    company.close()
    for user in company.ekonomi:
        company.world.check_in(user, 1, at=next_week())
    company.close(2)
    assert snapshot(company, "IT", number=1).band == 1
    assert snapshot(company, "Ekonomi", number=2).band == 0
    assert len(db.session.scalars(select(CheckIn)).all()) == 13
