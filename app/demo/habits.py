"""What the people of the demo do in a round: some teams rise, some fade, most are a bit shy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from app.demo.company import FIRST_NAMES, NOTES
from app.demo.people import Person
from challenges.catalogue import Catalogue
from challenges.model import DepartmentId, Done, History, Level, Round, Season

SHARE_WHO_PLEDGE = 0.65
SHARE_WHO_CATCH_UP = 0.12
SHARE_ON_MONDAY_MORNING = 0.06
SHARE_WITH_SOMEBODY = 0.85
SHARE_WITH_ANOTHER_DEPARTMENT = 0.5
SHARE_OF_NAMES = 0.4
SHARE_OF_NOTES = 0.1
SHARE_OF_FIGURES = 0.9
LEVELS = (Level.QUIET, Level.EVERYDAY, Level.BOLD)
LEVEL_WEIGHTS = (5, 6, 2)
MISJUDGED = (-1, 0, 0, 1, 1, 2, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Mood:
    """How likely a team's members check in, and the change of that a round: shares of one."""

    keenness: float
    trend: float


@dataclass(slots=True)
class Player:
    """A participant of the demo and what she has done so far; `shyness` runs from 0 to 10."""

    person: Person
    participation_id: int
    mood: Mood
    shyness: int
    done: dict[int, Done] = field(default_factory=dict)
    caught_up_in: set[int] = field(default_factory=set)

    @property
    def history(self) -> History:
        return History(first_round=1, done=self.done)


@dataclass(frozen=True, slots=True)
class Deed:
    """A check-in to be; `expected` only with a pledge, `departments` as met, own one included."""

    round: Round
    received_at: datetime
    mission: str
    is_pledged: bool
    expected: int | None
    actual: int | None
    met: tuple[DepartmentId, ...]
    person: str
    note: str


def mood(random: Random) -> Mood:
    return Mood(random.uniform(0.35, 0.85), random.uniform(-0.11, 0.09))


def deeds(
    player: Player,
    season: Season,
    number: int,
    departments: Sequence[int],
    catalogue: Catalogue,
    random: Random,
) -> Iterator[Deed]:
    """What the player does in the week of a round: catching up the last one, then this one."""
    this = season.rounds[number - 1]
    if number > 1 and number - 1 not in player.done and random.random() < SHARE_WHO_CATCH_UP:
        # Not on the Monday: until noon the last round still takes check-ins in time.
        moment = _working_hour(this, random, first_day=1)
        yield _deed(player, season.rounds[number - 2], moment, departments, catalogue, random)
    if random.random() < player.mood.keenness + player.mood.trend * number:
        late = random.random() < SHARE_ON_MONDAY_MORNING
        moment = this.ends_at + timedelta(hours=9) if late else _working_hour(this, random)
        yield _deed(player, this, moment, departments, catalogue, random)


def _working_hour(this: Round, random: Random, first_day: int = 0) -> datetime:
    seconds = random.randrange(8 * 3600, 17 * 3600)
    return this.starts_at + timedelta(days=random.randrange(first_day, 5), seconds=seconds)


def _deed(
    player: Player,
    this: Round,
    received_at: datetime,
    departments: Sequence[int],
    catalogue: Catalogue,
    random: Random,
) -> Deed:
    level = random.choices(LEVELS, LEVEL_WEIGHTS)[0]
    mission = random.choice(catalogue.challenge(this.challenge).missions_at(level))
    is_pledged = random.random() < SHARE_WHO_PLEDGE
    expected = _within(player.shyness + random.randint(-2, 2))
    has_figures = random.random() < SHARE_OF_FIGURES
    met = _met(player, departments, random)
    return Deed(
        round=this,
        received_at=received_at,
        mission=mission.slug,
        is_pledged=is_pledged,
        expected=expected if is_pledged and has_figures else None,
        actual=_within(expected - random.choice(MISJUDGED)) if has_figures else None,
        met=met,
        person=random.choice(FIRST_NAMES) if met and random.random() < SHARE_OF_NAMES else "",
        note=random.choice(NOTES) if random.random() < SHARE_OF_NOTES else "",
    )


def _met(player: Player, departments: Sequence[int], random: Random) -> tuple[DepartmentId, ...]:
    if random.random() >= SHARE_WITH_SOMEBODY:
        return ()
    elsewhere = random.random() < SHARE_WITH_ANOTHER_DEPARTMENT
    return (DepartmentId(random.choice(departments) if elsewhere else player.person.department_id),)


def _within(figure: int) -> int:
    return max(0, min(10, figure))
