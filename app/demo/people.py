"""Filling the empty database with the company: departments, teams, people and who manages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from random import Random
from secrets import token_hex

from sqlalchemy import insert, select, update

from app.accounts.models import HASH_LENGTH, AccountToken, User
from app.accounts.passwords import NO_PASSWORD
from app.accounts.tokens import LASTS, Purpose
from app.database import db, in_parts
from app.demo.company import (
    AISHA,
    CAST,
    DEPARTMENTS,
    DOMAIN,
    FIKA,
    FIRST_NAMES,
    JOHAN,
    LAST_NAMES,
    NILS,
    PEOPLE_PER_TEAM,
    SMALLEST_TEAM_COUNT,
    STRANGERS,
    TEAMS,
)
from app.organisation.models import Department, DepartmentManager, Membership, Team

SHARE_REMINDED = 0.25
REMINDED_BEFORE = timedelta(days=2)

FOLDED = str.maketrans("åäöéÅÄÖÉ", "aaoeAAOE")


@dataclass(frozen=True, slots=True)
class Person:
    user_id: int
    team_id: int
    department_id: int


@dataclass(frozen=True, slots=True)
class Company:
    """`cast` holds the four people with one-click accounts, by e-mail; they are in `people` too.
    `team_ids` are by name, and people of two of the `strangers` never meet."""

    people: tuple[Person, ...]
    cast: dict[str, Person]
    department_ids: tuple[int, ...]
    team_ids: dict[str, int]
    strangers: frozenset[int]

    def within_reach(self, person: Person) -> list[int]:
        """The departments that the person may meet somebody of."""
        kept_from = self.strangers if person.department_id in self.strangers else frozenset()
        return [
            department
            for department in self.department_ids
            if department not in kept_from or department == person.department_id
        ]


def found_company(people: int, random: Random, *, since: datetime) -> Company:
    """Create the company with that many people, all in their teams since that instant."""
    departments = _insert(Department, [_department(name) for name in DEPARTMENTS])
    department_of: dict[str, int] = dict(zip(DEPARTMENTS, departments, strict=True))
    plans = _team_plans(people)
    teams = _insert(
        Team,
        [{"name": name, "department_id": department_of[place]} for name, place, _ in plans],
    )
    team_of = {name: id_ for (name, _, _), id_ in zip(plans, teams, strict=True)}
    places = {id_: department_of[place] for (_, place, _), id_ in zip(plans, teams, strict=True)}
    named = [(email, name, team_of[team]) for email, name, team in CAST]
    weights = [weight for _, _, weight in plans]
    crowd = _crowd(people - len(named), random.choices(teams, weights, k=people), random)
    everybody = [*named, *crowd]
    user_ids = _insert(
        User,
        [
            {
                "email": email,
                "name": name,
                "language": "sv",
                "is_lead": email == AISHA,
                # Nobody has a password here; Nils is new, and nobody has invited him yet.
                "password_hash": None if email == NILS else NO_PASSWORD,
                "created_at": since,
            }
            for email, name, _ in everybody
        ],
    )
    found = tuple(
        Person(user_id, team_id, places[team_id])
        for user_id, (_, _, team_id) in zip(user_ids, everybody, strict=True)
    )
    db.session.execute(
        insert(Membership),
        [{"user_id": p.user_id, "starts_at": since, "team_id": p.team_id} for p in found],
    )
    cast = {email: person for (email, _, _), person in zip(named, found, strict=False)}
    db.session.add(
        DepartmentManager(user_id=cast[JOHAN].user_id, department_id=department_of["Ekonomi"])
    )
    db.session.flush()
    strangers = frozenset(department_of[name] for name in STRANGERS)
    return Company(found, cast, tuple(departments), team_of, strangers)


def keep_outside(
    user_ids: Sequence[int], random: Random, *, since: datetime, now: datetime
) -> None:
    """They are invited and have not come: most since long ago, some were reminded lately."""
    for part in in_parts(user_ids):
        people = db.session.execute(select(User.id, User.email).where(User.id.in_(part))).all()
        sent = [
            now - REMINDED_BEFORE if random.random() < SHARE_REMINDED else since for _ in people
        ]
        db.session.execute(
            insert(AccountToken),
            [
                {
                    "purpose": Purpose.INVITATION,
                    "email": email,
                    "token_hash": token_hex(HASH_LENGTH // 2),
                    "user_id": user_id,
                    "created_at": sent_at,
                    "expires_at": sent_at + LASTS[Purpose.INVITATION],
                }
                for (user_id, email), sent_at in zip(people, sent, strict=True)
            ],
        )
        db.session.execute(update(User).where(User.id.in_(part)).values(password_hash=None))


def _department(name: str) -> dict:
    at, place, welcome = FIKA.get(name, (None, "", ""))
    return {"name": name, "fika_time": at, "fika_place": place, "fika_welcome": welcome}


def _team_plans(people: int) -> list[tuple[str, str, int]]:
    count = max(SMALLEST_TEAM_COUNT, people // PEOPLE_PER_TEAM)
    plans: list[tuple[str, str, int]] = []
    for index in range(count):
        name, place, weight = TEAMS[index % len(TEAMS)]
        generation = index // len(TEAMS) + 1
        plans.append((name if generation == 1 else f"{name} {generation}", place, weight))
    return plans


def _crowd(count: int, teams: list[int], random: Random) -> list[tuple[str, str, int]]:
    names = [f"{first} {last}" for first, last in product(FIRST_NAMES, LAST_NAMES)]
    random.shuffle(names)
    crowd: list[tuple[str, str, int]] = []
    for index in range(count):
        name = names[index % len(names)]
        namesake = index // len(names)
        local = name.lower().translate(FOLDED).replace(" ", ".")
        email = f"{local}{namesake or ''}@{DOMAIN}"
        crowd.append((email, name, teams[index]))
    return crowd


def _insert(model, rows: list[dict]) -> list[int]:
    """Insert in bulk; the new ids come back in the order of the rows."""
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows))
