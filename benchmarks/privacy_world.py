"""A company that plays for two years, and what its league and dashboards publish.

People are hired, leave, move, are erased; teams are merged. Nothing here is a database: the rules
of `challenges` decide, as they do in the site.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.privacy_words import Deed, Figure, Person, Policy
from challenges.disclosure import TeamPart, bands_for, may_move_sums
from challenges.league import TeamWeek, round_scores
from challenges.model import DepartmentId, TeamId
from challenges.reporting import (
    MOST_BANDS,
    PEOPLE_PER_BAND,
    Group,
    TeamSize,
    counts_in,
    finest_bands,
    form_units,
    is_shown,
    rounded,
    share,
)

ROUNDS = 9
SEASONS = 8
# So that eight seasons with their rest weeks fill two years.
REST_WEEKS = 4
SMALLEST_TEAM, LARGEST_TEAM = 3, 40
TEAMS_PER_DEPARTMENT = 9
SHARE_WHO_JOIN = 0.78
HIRED, MOVED, ERASED, MERGED = 0.003, 0.002, 0.0003, 0.12
LATE_JOINERS, DROPOUTS, AWAY = 0.01, 0.006, 0.05
CATCHES_UP, BRIDGES, MEETS = 0.12, 0.4, 0.85
NOTES = 0.6


@dataclass(frozen=True, slots=True)
class Week:
    """Everything there is to know of one round: `counted_in` by person id is the leaf she counts
    in, `league` the published scores, `shelf` the first pins by team; `possible` people can have
    checked in, by what the league shows."""

    season: int
    number: int
    deeds: tuple[Deed, ...]
    counted_in: dict[int, int]
    league: dict[int, int]
    shelf: dict[int, int]
    possible: int
    figures: tuple[Figure, ...]


class Company:
    def __init__(self, people: int, random: Random, feelings: Random) -> None:
        self.random = random
        # Apart, so that what people feel changes nothing of what they do.
        self.feelings = feelings
        self.teams: dict[int, int] = {}
        self.people: list[Person] = []
        self.moods: dict[int, float] = {}
        while len(self.people) < people:
            self._found_team()

    def _found_team(self) -> None:
        team = len(self.teams)
        self.teams[team] = team // TEAMS_PER_DEPARTMENT
        self.moods[team] = self.random.uniform(0.05, 0.95)
        # Many small teams and a few large ones, as companies have them.
        size = int(SMALLEST_TEAM + (LARGEST_TEAM - SMALLEST_TEAM) * self.random.random() ** 3)
        for place in range(size):
            self.hire(team).is_manager = place == 0

    def hire(self, team: int) -> Person:
        person = Person(
            len(self.people),
            team,
            self.random.uniform(-0.3, 0.3),
            expects=self.feelings.randint(0, 10),
            feels=self.feelings.randint(0, 10),
            notes=self.feelings.random() < NOTES,
        )
        self.people.append(person)
        return person

    @property
    def present(self) -> list[Person]:
        return [person for person in self.people if not person.is_gone]

    def begin_season(self) -> None:
        for person in self.present:
            person.joined = self.random.random() < SHARE_WHO_JOIN
            person.first_team = person.team

    def pass_week(self) -> None:
        random, present = self.random, self.present
        for person in present:
            if random.random() < HIRED + ERASED:
                person.is_gone = True
                self.hire(person.team)
            elif random.random() < MOVED:
                person.team = random.choice(present).team
            elif person.joined:
                person.joined = random.random() >= DROPOUTS
            elif random.random() < LATE_JOINERS:
                person.joined, person.first_team = True, person.team
        if random.random() < MERGED:
            small, other = random.sample(sorted(self.teams), 2)
            if self.teams[small] == self.teams[other]:
                for person in present:
                    person.team = other if person.team == small else person.team

    def play(self, season: int, number: int) -> tuple[Deed, ...]:
        # A mood that comes and goes, so that some groups are all in and some quite silent.
        for team in self.moods:
            change = self.random.uniform(-0.15, 0.15)
            self.moods[team] = min(1.0, max(0.0, self.moods[team] + change))
        return tuple(
            self._deed(person, number)
            for person in self.present
            if person.joined and self.random.random() >= AWAY
        )

    def _deed(self, person: Person, number: int) -> Deed:
        random = self.random
        checked_in = random.random() < self.moods[person.team] + person.keen
        had_pin = number in person.pins
        points = met = 0
        if checked_in:
            person.pins.add(number)
            met = random.randint(1, 3) if random.random() < MEETS else 0
            points = 15 if met and random.random() < BRIDGES else 10
        if number > 1 and random.random() < CATCHES_UP:
            person.pins.add(number - 1)
            points += 5
        noted = checked_in and person.notes
        return Deed(person, person.team, checked_in, had_pin, points, met, noted)


@dataclass(slots=True)
class Press:
    """Publishes one season after another under a policy."""

    policy: Policy
    leaves: list[Group] = field(default_factory=list)
    parents: list[tuple[int, ...]] = field(default_factory=list)
    leaf_of: dict[int, int] = field(default_factory=dict)
    tallies: Counter[int] = field(default_factory=Counter)
    shown: dict[int, tuple[int, int]] = field(default_factory=dict)

    def begin_season(self, company: Company, deeds: Sequence[Deed]) -> None:
        size = Counter(each.team for each in deeds if not each.person.is_manager)
        sizes = [
            TeamSize(TeamId(team), DepartmentId(department), size[team])
            for team, department in company.teams.items()
        ]
        self.leaves, self.parents = [], []
        for unit in form_units(sizes):
            groups = unit.groups
            if not self.policy.merging:
                teams = sorted(team for group in groups for team in group.teams)
                groups = tuple(
                    Group(frozenset({team}), unit.departments, size[team]) for team in teams
                )
            inside = tuple(range(len(self.leaves), len(self.leaves) + len(groups)))
            self.leaves += groups
            if len(inside) > 1:
                self.parents.append(inside)
        self.parents.append(tuple(range(len(self.leaves))))
        self.leaf_of = {team: i for i, leaf in enumerate(self.leaves) for team in leaf.teams}
        self.tallies, self.shown = Counter(), {}

    def counted_in(self, deeds: Sequence[Deed]) -> dict[int, int]:
        if self.policy.as_league:
            return {each.person.id: self.leaf_of[each.team] for each in deeds}
        return {
            each.person.id: self.leaf_of[each.person.first_team]
            for each in deeds
            if not each.person.is_manager
        }

    def publish(self, deeds: Sequence[Deed], shelf: dict[int, int]) -> Iterator[Figure]:
        inside: dict[int, list[Deed]] = defaultdict(list)
        counted_in = self.counted_in(deeds)
        for each in deeds:
            if each.person.id in counted_in:
                inside[counted_in[each.person.id]].append(each)
        for leaf in range(len(self.leaves)):
            yield self._leaf(leaf, inside[leaf], deeds, shelf)
        if not self.policy.made_of_parts:
            for parent in self.parents:
                group = [each for leaf in parent for each in inside[leaf]]
                tally = sum(self.tallies[leaf] for leaf in parent)
                yield Figure(parent, *self._band(group, None), self._sum(tally))

    def _leaf(
        self, leaf: int, group: list[Deed], deeds: Sequence[Deed], shelf: dict[int, int]
    ) -> Figure:
        self.tallies[leaf] += sum(each.met for each in group)
        others = sum(not each.person.is_manager for each in group)
        parts = _parts(self.leaves[leaf], deeds, shelf)
        if not self.policy.merging or (
            is_shown(others) and may_move_sums(parts, len(group) - others)
        ):
            self.shown[leaf] = self._sum(self.tallies[leaf])
        low, high = None, None
        if not self.policy.merging or is_shown(others):
            low, high = self._band(group, parts)
        return Figure((leaf,), low, high, self.shown.get(leaf, (0, 2)))

    def _band(
        self, group: list[Deed], parts: list[TeamPart] | None
    ) -> tuple[int | None, int | None]:
        people, count = len(group), sum(each.checked_in for each in group)
        if not people:
            return None, None
        managers = sum(each.person.is_manager for each in group)
        if not self.policy.banding:
            is_big = not self.policy.merging or finest_bands(people - managers)
            return (count, count) if is_big else (None, None)
        if not self.policy.merging:
            # Without a smallest group even three people get halves.
            bands = min(MOST_BANDS, max(2, people // PEOPLE_PER_BAND))
        elif self.policy.asking and self.policy.as_league and parts is not None:
            bands = bands_for(parts, managers)
        else:
            bands = finest_bands(people - managers)
        if not bands:
            return None, None
        counts = counts_in(share(count, people, bands), people)
        return counts[0], counts[-1]

    def _sum(self, tally: int) -> tuple[int, int]:
        if not self.policy.rounding:
            return tally, tally
        middle = rounded(tally)
        return max(0, middle - 2), middle + 2


def _parts(leaf: Group, deeds: Sequence[Deed], shelf: dict[int, int]) -> list[TeamPart]:
    own = [each for each in deeds if each.team in leaf.teams]
    return [
        TeamPart(
            available=sum(each.team == team for each in own),
            points=sum(each.points for each in own if each.team == team),
            known=shelf.get(team, 0),
            hidden=sum(each.had_pin for each in own if each.team == team),
        )
        for team in sorted(leaf.teams)
    ]


def two_years(people: int, policy: Policy, seed: int) -> Iterator[Week]:
    company, press = Company(people, Random(seed), Random(-1 - seed)), Press(policy)
    for season in range(SEASONS):
        company.begin_season()
        for number in range(1, ROUNDS + 1):
            company.pass_week()
            deeds = company.play(season, number)
            if number == 1:
                press.begin_season(company, deeds)
            points = Counter[int]()
            available = Counter(each.team for each in deeds)
            shelf = Counter[int]()
            for each in deeds:
                points[each.team] += each.points
                shelf[each.team] += each.checked_in and not each.had_pin
            league = round_scores(
                [TeamWeek(TeamId(team), points[team], available[team]) for team in company.teams]
            )
            yield Week(
                season,
                number,
                deeds,
                press.counted_in(deeds),
                {int(team): score for team, score in league.items()},
                shelf,
                sum(part.most for leaf in press.leaves for part in _parts(leaf, deeds, shelf)),
                tuple(press.publish(deeds, shelf)),
            )
        for _ in range(REST_WEEKS):
            company.pass_week()
