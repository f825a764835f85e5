"""A company in which dashboards have something to tell, and something to keep quiet about."""

from dataclasses import dataclass

import pytest
from flask import Flask

from app.accounts.models import User
from app.dashboard.tree import GroupRow, Tree, find_tree
from app.database import db, writing
from app.organisation.models import DepartmentManager, TeamManager
from tests.conftest import NOW
from tests.factories import World


@dataclass
class Company:
    """Ekonomi and IT are groups of their own; HR and Butik, small ones, are one together.
    `chief` manages Ekonomi, `captain` the team of IT, and neither plays; `lead` plays nowhere."""

    world: World
    ekonomi: list[User]
    it: list[User]
    small: list[User]
    chief: User
    captain: User
    lead: User

    @property
    def tree(self) -> Tree:
        found = find_tree(self.world.season.id)
        assert found is not None
        return found

    def group(self, *departments: str) -> GroupRow:
        return next(each for each in self.tree.departments if each.names == departments)

    def close(self, number: int = 1) -> None:
        self.world.close(at=self.world.rounds[number - 1].closes_at)


@pytest.fixture
def company(app: Flask) -> Company:
    world = World(NOW)
    ekonomi = [world.person(team=0) for _ in range(7)]
    it = [world.person(team=1) for _ in range(6)]
    small = [*(world.person(team=2) for _ in range(3)), *(world.person(team=3) for _ in range(4))]
    chief, captain = world.person(joins=False), world.person(joins=False)
    lead = world.person(joins=False, is_lead=True)
    with writing():
        db.session.add(DepartmentManager(user_id=chief.id, department_id=world.departments[0].id))
        db.session.add(TeamManager(user_id=captain.id, team_id=world.teams[1].id))
    return Company(world, ekonomi, it, small, chief, captain, lead)
