"""The part of the attack that is about feelings: do the told means tell what one person felt?

The attacker is given more than she can have: how many noted both figures and who they were, each
week, and that everybody always expects and feels the same. So each week's mean is one more sum of
the same unknown figures, and whoever is in one week and not in the other is their difference.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, islice, pairwise
from random import Random

from benchmarks.privacy_words import Deed, Person, Policy
from benchmarks.privacy_world import AWAY, ROUNDS, two_years
from benchmarks.sums import Sum, narrowed, solved
from challenges.means import DISCOMFORT, FEWEST_PEOPLE, may_be_told, told_mean

Figure = Callable[[Person], int]
# Of which group, None being everybody, and which of the two figures.
Told = tuple[int | None, int]
FIGURES: tuple[Figure, ...] = (lambda person: person.expects, lambda person: person.feels)
HIGHEST = DISCOMFORT.highest
STEADY_PEOPLE, STEADY_TEAM, STEADY_WEEKS = 24, 6, 72
SMALL_PEOPLE = 60

RULE = Policy()
VARIANTS = {
    "as published": RULE,
    "exact means": replace(RULE, coarse_means=False),
    "means of fewer than twenty": replace(RULE, enough_for_means=False),
    "means of each group": replace(RULE, enough_for_means=False, means_of_all=False),
}


@dataclass(frozen=True, slots=True)
class FeltLoot:
    """Figures of discomfort that are determined: in the steady organisation from outside and by
    the luckiest two neighbours who tell each other their own, and in a small one from outside."""

    outside: int
    inside: int
    small: int

    @property
    def total(self) -> int:
        return self.outside + self.inside + self.small


@dataclass(slots=True)
class Diary:
    """What is told of two years, week by week; a person's index is her id."""

    policy: Policy
    told: int = 0
    people: set[int] = field(default_factory=set)
    sums: dict[Told, list[Sum]] = field(default_factory=lambda: defaultdict(list))
    last: dict[Told, int] = field(default_factory=dict)

    def begin_season(self) -> None:
        self.last.clear()

    def add(self, deeds: Sequence[Deed], possible: int, leaves: Mapping[int, int]) -> int:
        """Takes who can have checked in by the league, and where each person is counted; returns
        how many are now known to have checked in, whoever they were."""
        groups = self._groups([each for each in deeds if each.noted], leaves)
        told = {name: group for name, group in groups if self._is_told(len(group), possible)}
        for name, group in told.items():
            self.people |= {each.person.id for each in group}
            parts = tuple(sorted(each.person.id for each in group))
            for number, figure in enumerate(FIGURES):
                total = sum(figure(each.person) for each in group)
                low, high = self._behind((name, number), total, len(group))
                self.sums[name, number].append(Sum(parts, low, high))
        self.told += len(told)
        return self._fewest if told else 0

    @property
    def _fewest(self) -> int:
        return FEWEST_PEOPLE if self.policy.enough_for_means else 1

    def _is_told(self, people: int, possible: int) -> bool:
        return may_be_told(people, possible) if self.policy.enough_for_means else people > 0

    def _groups(
        self, noted: list[Deed], leaves: Mapping[int, int]
    ) -> Iterator[tuple[int | None, list[Deed]]]:
        yield None, noted
        if not self.policy.means_of_all:
            for leaf in sorted(set(leaves.values())):
                yield leaf, [each for each in noted if leaves.get(each.person.id) == leaf]

    def _behind(self, name: Told, total: int, people: int) -> tuple[int, int]:
        """The least and the most that the total can be, by what is told of it."""
        if not self.policy.coarse_means:
            return total, total
        before = self.last.get(name)
        self.last[name] = told = told_mean(total, people, DISCOMFORT, before)
        behind = [
            each
            for each in range(HIGHEST * people + 1)
            if told_mean(each, people, DISCOMFORT, before) == told
        ]
        return behind[0], behind[-1]

    def determined(self, insiders: Sequence[Person] = ()) -> int:
        """Figures that only one value fits, twice a person at most; `insiders` know their own."""
        return sum(
            len(self._determined(number, {each.id: figure(each) for each in insiders}))
            for number, figure in enumerate(FIGURES)
        )

    def _determined(self, number: int, insiders: Mapping[int, int]) -> set[int]:
        local = {person: index for index, person in enumerate(sorted(self.people))}
        own = {person: figure for person, figure in insiders.items() if person in local}
        known = [Sum((local[person],), each, each) for person, each in own.items()]
        differences: list[Sum] = []
        for (_, which), sums in self.sums.items():
            if which == number:
                here = [_renamed(each, local) for each in sums]
                known += here
                differences += _differences(here)
        bounds = narrowed([HIGHEST] * len(local), [*known, *differences])
        told = {part for part, (low, high) in enumerate(bounds) if low == high}
        told |= solved(len(local), known).keys()
        return told - {local[person] for person in own}


def steady_weeks(seed: int) -> Iterator[list[Deed]]:
    """A small organisation in which nearly everybody is there and notes her figures each week, so
    that one is missing at a time."""
    random = Random(seed)
    people = [
        Person(id_, id_ // STEADY_TEAM, 1, random.randint(0, 10), random.randint(0, 10), notes=True)
        for id_ in range(STEADY_PEOPLE)
    ]
    for _ in range(STEADY_WEEKS):
        yield [
            Deed(each, each.team, checked_in=True, had_pin=False, points=10, met=1, noted=True)
            for each in people
            if random.random() >= AWAY
        ]


def attack_means(policy: Policy, seed: int, pairs: int = STEADY_PEOPLE) -> FeltLoot:
    """With so many pairs of insiders tried."""
    people: dict[int, Person] = {}
    steady = Diary(policy)
    for number, deeds in enumerate(steady_weeks(seed)):
        if number % ROUNDS == 0:
            steady.begin_season()
        people |= {each.person.id: each.person for each in deeds}
        steady.add(deeds, STEADY_PEOPLE, {each.person.id: each.team for each in deeds})
    neighbours = pairwise(people[id_] for id_ in sorted(people))
    small = Diary(policy)
    for week in two_years(SMALL_PEOPLE, policy, seed):
        if week.number == 1:
            small.begin_season()
        small.add(week.deeds, week.possible, week.counted_in)
    inside = max(steady.determined(pair) for pair in islice(neighbours, pairs))
    return FeltLoot(steady.determined(), inside, small.determined())


def _renamed(each: Sum, local: Mapping[int, int]) -> Sum:
    return Sum(tuple(local[part] for part in each.parts), each.low, each.high)


def _differences(sums: Sequence[Sum]) -> Iterator[Sum]:
    """Whoever is in one sum and not in the other: all of one are left out, or each stays at her
    least and her most."""
    for one, other in [pair for two in combinations(sums, 2) for pair in (two, two[::-1])]:
        mine, others = set(one.parts) - set(other.parts), set(other.parts) - set(one.parts)
        if mine and len(mine) < len(one.parts):
            yield Sum(
                tuple(sorted(mine)),
                one.low - other.high,
                one.high - other.low + HIGHEST * len(others),
            )
