"""Who is counted together on a dashboard, and how coarsely what is counted may be said.

A group is a set of whole teams, and a person counts where the league counts her. So what a
dashboard sums can be put together from what the league shows, and no one who moves or manages
stands between the two (docs/privacy/attack.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from challenges.model import DepartmentId, TeamId

# Participants at forming, and available people in a round; managers are not counted.
SMALLEST_GROUP = 6
# Participants; a group that falls below shows only its parent.
SMALLEST_SHOWN = 5
PEOPLE_PER_BAND = 3
FEWEST_BANDS = 2
MOST_BANDS = 10
STEP = 5


class Few(StrEnum):
    """A cell of the bridges matrix that is too small for a number."""

    NONE = "none"
    SOME = "some"


Cell = int | Few


@dataclass(frozen=True, slots=True)
class TeamSize:
    """A team when groups are formed: `participants` without managers."""

    team: TeamId
    department: DepartmentId
    participants: int


@dataclass(frozen=True, slots=True)
class Group:
    """Teams that are counted together; `size` is how many participants they had at forming."""

    teams: frozenset[TeamId]
    departments: frozenset[DepartmentId]
    size: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, or several where one was too small, with its groups."""

    departments: frozenset[DepartmentId]
    groups: tuple[Group, ...]

    @property
    def size(self) -> int:
        return sum(group.size for group in self.groups)


@dataclass(frozen=True, slots=True)
class Share:
    """One of `bands` equal parts of the whole, the lowest being 0."""

    band: int
    bands: int

    @property
    def percent(self) -> tuple[int, int]:
        """Where the band begins and ends."""
        return (round(100 * self.band / self.bands), round(100 * (self.band + 1) / self.bands))

    @property
    def middle(self) -> float:
        return (self.band + 0.5) / self.bands


def form_units(teams: Iterable[TeamSize]) -> tuple[Unit, ...]:
    """Merge teams within departments, and departments that are too small, until each group has
    at least `SMALLEST_GROUP`; only an organisation smaller than that stays below."""
    singles = [
        Group(frozenset({each.team}), frozenset({each.department}), each.participants)
        for each in sorted(teams, key=lambda each: each.team)
    ]
    by_department: dict[DepartmentId, list[Group]] = {}
    for group in singles:
        by_department.setdefault(min(group.departments), []).append(group)
    wholes = _merged([_union(groups) for groups in by_department.values()])
    return tuple(
        Unit(
            whole.departments,
            tuple(_merged([each for each in singles if each.teams <= whole.teams])),
        )
        for whole in sorted(wholes, key=lambda each: min(each.departments))
    )


def _merged(groups: list[Group]) -> list[Group]:
    """The smallest joins the smallest other, of its own department if there is one."""
    groups = list(groups)
    while len(groups) > 1:
        smallest = min(groups, key=_by_size)
        if smallest.size >= SMALLEST_GROUP:
            break
        groups.remove(smallest)
        home = smallest.departments
        partner = min(groups, key=lambda each: (not each.departments & home, *_by_size(each)))
        groups.remove(partner)
        groups.append(_union([smallest, partner]))
    return sorted(groups, key=lambda each: min(each.teams))


def _by_size(group: Group) -> tuple[int, int]:
    return (group.size, min(group.teams))


def _union(groups: Sequence[Group]) -> Group:
    return Group(
        frozenset().union(*(each.teams for each in groups)),
        frozenset().union(*(each.departments for each in groups)),
        sum(each.size for each in groups),
    )


def finest_bands(people: int) -> int:
    """How many bands that many people allow at most; below `SMALLEST_GROUP` none."""
    return 0 if people < SMALLEST_GROUP else min(MOST_BANDS, people // PEOPLE_PER_BAND)


def share(count: int, people: int, bands: int) -> Share:
    return Share(min(bands - 1, count * bands // people), bands)


def counts_in(band: Share, people: int) -> range:
    """The counts that the band may stand for."""
    first = -(-band.band * people // band.bands)
    if band.band == band.bands - 1:
        return range(first, people + 1)
    return range(first, -(-(band.band + 1) * people // band.bands))


def combined(parts: Sequence[tuple[Share, int]]) -> Share | None:
    """A parent's share, from nothing but its groups' bands and how many people each has: what is
    made of published figures alone cannot betray more than they do."""
    people = sum(each for _, each in parts)
    bands = finest_bands(people)
    if not bands:
        return None
    return share(int(sum(band.middle * each for band, each in parts)), people, bands)


def rounded(count: int) -> int:
    """To the nearest five."""
    return (count + STEP // 2) // STEP * STEP


def cell(count: int) -> Cell:
    if count == 0:
        return Few.NONE
    return Few.SOME if count < STEP else rounded(count)


def is_shown(participants: int) -> bool:
    """Whether a group may have figures of its own in a round; managers are not counted."""
    return participants >= SMALLEST_SHOWN
