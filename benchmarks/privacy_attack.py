"""Our own attack on the dashboards: does anything published tell of one person?

    python -m benchmarks.privacy_attack [--people 2000] [--seed 1]

The attacker keeps every page of the league and the dashboards for two simulated years. She knows
the organisation chart of each week, who was available, who manages and who held which pin before.
She may be a manager, a curious colleague who knows what she herself did, or both together. A
person is *determined* when everything that fits what is known agrees about her; what the league
alone determines is not counted.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from benchmarks.privacy_means import VARIANTS as MEANS_VARIANTS
from benchmarks.privacy_means import Diary, FeltLoot, attack_means
from benchmarks.privacy_words import Deed, Policy
from benchmarks.privacy_world import Week, two_years
from benchmarks.sums import Sum, narrowed, solved
from challenges.league import AVERAGE_COLLEAGUES, HUNDREDTHS
from challenges.points import BRIDGE, CATCH_UP, CHECK_IN

RULE = Policy()
PUBLISHED = "as published"
VARIANTS = {
    PUBLISHED: RULE,
    "without merging": replace(RULE, merging=False),
    "without bands": replace(RULE, banding=False),
    "without rounding": replace(RULE, rounding=False),
    "without asking the league first": replace(RULE, asking=False),
    "parents measured, not made of parts": replace(RULE, asking=False, made_of_parts=False),
    "managers left out, team at joining": replace(RULE, asking=False, as_league=False),
}


@dataclass(slots=True)
class Loot:
    """How often somebody was determined (a person in a round): that she checked in or not, seen
    from outside, by insiders, and that she met nobody or somebody; and how many figures of
    discomfort were, of how many told means."""

    rounds: int = 0
    bands: int = 0
    groups: int = 0
    outside: int = 0
    inside: int = 0
    met: int = 0
    felt: int = 0
    means: int = 0

    @property
    def total(self) -> int:
        return self.outside + self.inside + self.met + self.felt


# Whom no published figure tells apart: team, pin held before, and leaf counted in.
Class = tuple[int, bool, int | None]


def attack(people: int, policy: Policy, seed: int) -> Loot:
    loot = Loot()
    sums: dict[tuple[int, ...], tuple[int, int]] = {}
    diary = Diary(policy)
    for week in two_years(people, policy, seed):
        if week.number == 1:
            sums = {}
            diary.begin_season()
        loot.rounds += 1
        leaves = [figure for figure in week.figures if len(figure.leaves) == 1]
        loot.groups += len(leaves)
        loot.bands += sum(figure.low is not None for figure in leaves)
        knowledge = _Knowledge(week, diary.add(week.deeds, week.possible, week.counted_in))
        loot.outside += knowledge.determined()
        loot.inside += knowledge.determined_by_insiders()
        loot.met += knowledge.determined_meetings(sums)
    loot.means, loot.felt = diary.told, diary.determined()
    return loot


class _Knowledge:
    """One round as the attacker has it; `present` people surely checked in, whoever they were."""

    def __init__(self, week: Week, present: int) -> None:
        self.week = week
        self.present = present
        self.classes: dict[Class, list[Deed]] = defaultdict(list)
        for deed in week.deeds:
            leaf = week.counted_in.get(deed.person.id)
            self.classes[deed.team, deed.had_pin, leaf].append(deed)
        self.names = list(self.classes)
        self.sizes = [len(self.classes[name]) for name in self.names]
        self.league = list(self._league())
        self.pages = list(self._pages())
        # The counted groups come first, then what is measured above them.
        self.counted = sum(
            figure.low is not None and len(figure.leaves) == 1 for figure in week.figures
        )

    def _league(self) -> Iterator[Sum]:
        available = Counter(deed.team for deed in self.week.deeds)
        points = points_behind(self.week.league, available)
        extra = CATCH_UP if self.week.number > 1 else 0
        by_team: dict[int, list[int]] = defaultdict(list)
        for index, (team, _, _) in enumerate(self.names):
            by_team[team].append(index)
        for team, parts in by_team.items():
            least = -(-(points[team] - extra * available[team]) // (CHECK_IN + BRIDGE))
            yield Sum(tuple(parts), least, points[team] // CHECK_IN)
            first = tuple(part for part in parts if not self.names[part][1])
            if first:
                yield Sum(first, self.week.shelf[team], self.week.shelf[team])

    def _pages(self) -> Iterator[Sum]:
        by_leaf: dict[int | None, list[int]] = defaultdict(list)
        for index, (_, _, leaf) in enumerate(self.names):
            by_leaf[leaf].append(index)
        for figure in self.week.figures:
            parts = tuple(part for leaf in figure.leaves for part in by_leaf[leaf])
            if figure.low is not None and figure.high is not None and parts:
                yield Sum(parts, figure.low, figure.high)
        if self.present:
            yield Sum(tuple(range(len(self.names))), self.present, len(self.week.deeds))

    def determined(self) -> int:
        """People who are determined with the pages and not without them."""
        return _newly(self.sizes, self.league, self.pages)

    def determined_by_insiders(self) -> int:
        """As `determined`, for a colleague, a manager, or both, who know their own check-ins, and
        for each counted group by itself: counted once a class of people and round."""
        told = set[int]()
        for page in self.pages[: self.counted]:
            teams = {self.names[part][0] for part in page.parts}
            near = [i for i, (team, _, _) in enumerate(self.names) if team in teams]
            local = {part: number for number, part in enumerate(near)}
            league = [each for each in self.league if set(each.parts) <= set(near)]
            for insiders in self._insiders(near):
                known = Counter(insiders)
                sizes = [self.sizes[part] - known[part, True] - known[part, False] for part in near]
                shift = {part: known[part, True] for part in near}
                before, after = (
                    [_without(each, local, shift) for each in sums]
                    for sums in (league, [*league, page])
                )
                told |= {near[part] for part in _told(sizes, before, after)}
        return sum(self.sizes[part] for part in told)

    def _insiders(self, near: Sequence[int]) -> Iterator[tuple[tuple[int, bool], ...]]:
        """Which class an insider is of, and whether she checked in."""
        colleagues = {
            (part, deed.checked_in)
            for part in near
            for deed in self.classes[self.names[part]]
            if not deed.person.is_manager
        }
        managers = {
            (part, deed.checked_in)
            for part in near
            for deed in self.classes[self.names[part]]
            if deed.person.is_manager
        }
        for each in (*colleagues, *managers):
            yield (each,)
        yield from product(sorted(colleagues), sorted(managers))

    def determined_meetings(self, before: dict[tuple[int, ...], tuple[int, int]]) -> int:
        """People of groups whose sum surely did not move, and people who alone moved one."""
        found = 0
        bounds = narrowed(self.sizes, self.league)
        for figure in self.week.figures:
            low, high = before.get(figure.leaves, (0, 0))
            new_low, new_high = max(low, figure.meetings[0]), figure.meetings[1]
            before[figure.leaves] = (new_low, new_high)
            inside = [i for i, (_, _, leaf) in enumerate(self.names) if leaf in figure.leaves]
            active = [part for part in inside if bounds[part][1] > 0]
            people = sum(self.sizes[part] for part in active)
            if new_high == low and people:
                found += people
            elif new_low > high and people == 1:
                found += 1
        return found


def _without(each: Sum, local: dict[int, int], shift: dict[int, int]) -> Sum:
    known = sum(shift[part] for part in each.parts)
    return Sum(tuple(local[part] for part in each.parts), each.low - known, each.high - known)


def _newly(sizes: Sequence[int], league: Sequence[Sum], pages: Sequence[Sum]) -> int:
    return sum(sizes[part] for part in _told(sizes, league, [*league, *pages]))


def _told(sizes: Sequence[int], before: Sequence[Sum], after: Sequence[Sum]) -> set[int]:
    """The parts all of which, or none of which, checked in: known after and not before."""
    old, new = narrowed(sizes, before), narrowed(sizes, after)
    for part, value in solved(len(sizes), after).items():
        if value.denominator == 1:
            new[part] = (int(value), int(value))
    return {
        part
        for part, size in enumerate(sizes)
        if size and new[part] in ((0, 0), (size, size)) and old[part] != new[part]
    }


def points_behind(scores: dict[int, int], available: Counter[int]) -> dict[int, int]:
    """The points that the league's scores were made of: one linear equation a team.

    score × (people + 10) = points + 10 × mean, and the mean is the points' sum by the people's.
    """
    everybody = sum(available.values())
    playing = [team for team in scores if available[team]]
    weighted = sum(scores[team] * (available[team] + AVERAGE_COLLEAGUES) for team in playing)
    total = weighted / HUNDREDTHS / (1 + AVERAGE_COLLEAGUES * len(playing) / everybody)
    # The mean in the equations is of whole points, which its rounding error does not hide.
    mean = round(total) / everybody
    return {
        team: round(
            scores[team] * (available[team] + AVERAGE_COLLEAGUES) / HUNDREDTHS
            - AVERAGE_COLLEAGUES * mean
        )
        if available[team]
        else 0
        for team in scores
    }


def report(rows: Iterable[tuple[str, Loot]]) -> Iterator[str]:
    yield "| variant | bands shown | determined from outside | by insiders | meetings | felt |"
    yield "|---|---|---|---|---|---|"
    for name, loot in rows:
        shown = 100 * loot.bands / loot.groups
        counts = (loot.outside, loot.inside, loot.met, loot.felt)
        yield f"| {name} | {shown:.0f} % | {' | '.join(f'{each:,}' for each in counts)} |"


def report_means(felt: Mapping[str, FeltLoot]) -> Iterator[str]:
    yield "| variant | steady, from outside | by two insiders | small, from outside |"
    yield "|---|---|---|---|"
    for name, loot in felt.items():
        yield f"| {name} | {loot.outside} | {loot.inside} | {loot.small} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=VARIANTS)
    chosen = parser.parse_args()
    rows: list[tuple[str, Loot]] = []
    for name, policy in VARIANTS.items():
        if chosen.only in (None, name):
            began = time.perf_counter()
            rows.append((name, attack(chosen.people, policy, chosen.seed)))
            print(f"{name}: {time.perf_counter() - began:.0f} s, {rows[-1][1]}", flush=True)
    felt = {name: attack_means(policy, chosen.seed) for name, policy in MEANS_VARIANTS.items()}
    print("\n".join([*report(rows), "", *report_means(felt)]))
    published = [loot for name, loot in rows if name == PUBLISHED]
    if any(loot.total for loot in (*published, felt[PUBLISHED])):
        raise SystemExit("somebody was determined")


if __name__ == "__main__":
    main()
