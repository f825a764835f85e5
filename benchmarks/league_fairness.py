"""Is the league fair to teams of every size? Simulated seasons say so, or exit with 1.

Everybody's engagement comes from the same distribution, so a fair score gives every size the same
mean place, and the same chance of a place in the top tenth. The plain mean stands beside it.

    python -m benchmarks.league_fairness --seasons 2000 --seed 1
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from challenges.league import HUNDREDTHS, TeamSeason, TeamWeek, places, round_scores
from challenges.model import TeamId
from challenges.points import BRIDGE, CATCH_UP, CHECK_IN

TEAMS = 60
ROUNDS = 9
SIZES = range(4, 61)
SIZE_CLASSES = (range(4, 8), range(8, 13), range(13, 21), range(21, 41), range(41, 61))
TOP_TENTH = 10

# How people are: some nearly always, some hardly ever, half of them in every second round.
ENGAGEMENT = (1.3, 1.3)
BRIDGES = 0.35
CATCHES_UP = 0.15
IS_AWAY = 0.08
JOINS_LATE = 0.15
LEAVES = 0.07

MEAN_RANK_TOLERANCE = 0.05
TOP_TENTH_BOUNDS = (0.05, 0.15)

Scores = Callable[[Sequence[TeamWeek]], dict[TeamId, int]]


@dataclass
class Tally:
    """What became of the teams of one size class over all seasons."""

    teams: int = 0
    places: int = 0
    in_top_tenth: int = 0

    @property
    def mean_place(self) -> float:
        return self.places / self.teams

    @property
    def top_tenth(self) -> float:
        return self.in_top_tenth / self.teams


def plain_mean(weeks: Sequence[TeamWeek]) -> dict[TeamId, int]:
    """What the league does not do: the mean per person alone."""
    return {
        week.team: round(HUNDREDTHS * week.points / week.available) if week.available else 0
        for week in weeks
    }


def one_season(sizes: Sequence[int], chance: Random) -> list[list[TeamWeek]]:
    """A season's rounds, in each of them every team's points and available people."""
    points = [[0] * len(sizes) for _ in range(ROUNDS)]
    available = [[0] * len(sizes) for _ in range(ROUNDS)]
    for team, size in enumerate(sizes):
        for _ in range(size):
            for number, earned in _one_person(chance):
                points[number][team] += earned
                available[number][team] += 1
    return [
        [TeamWeek(TeamId(team), points[number][team], available[number][team]) for team in teams]
        for number, teams in enumerate([range(len(sizes))] * ROUNDS)
    ]


def _one_person(chance: Random) -> Iterator[tuple[int, int]]:
    """The rounds in which somebody is available, each with her points in it."""
    draw = chance.random
    engagement = chance.betavariate(*ENGAGEMENT)
    bridges = engagement * BRIDGES
    first = chance.randrange(1, ROUNDS) if draw() < JOINS_LATE else 0
    last = chance.randrange(first, ROUNDS) if draw() < LEAVES else ROUNDS - 1
    missed_before = False
    for number in range(first, last + 1):
        outcome = draw()
        did = outcome < engagement
        earned = 0
        if did:
            earned = CHECK_IN + BRIDGE if outcome < bridges else CHECK_IN
            if missed_before and draw() < CATCHES_UP:
                earned += CATCH_UP
        elif draw() < IS_AWAY:
            continue
        missed_before = not did
        yield number, earned


def simulate(
    seasons: int,
    seed: int,
    rules: dict[str, Scores],
    *,
    teams: int = TEAMS,
    on_season: Callable[[int], None] = lambda _: None,
) -> dict[str, list[Tally]]:
    """For each rule what became of every size class, all rules judging the same seasons."""
    chance = Random(seed)
    tallies = {name: [Tally() for _ in SIZE_CLASSES] for name in rules}
    for number in range(seasons):
        sizes = [chance.choice(SIZES) for _ in range(teams)]
        weeks = one_season(sizes, chance)
        for name, rule in rules.items():
            _count(tallies[name], sizes, _season_places(weeks, rule))
        on_season(number + 1)
    return tallies


def _season_places(weeks: list[list[TeamWeek]], rule: Scores) -> dict[TeamId, int]:
    scores = [rule(week) for week in weeks]
    return places(
        [
            TeamSeason(each.team, sum(score[each.team] for score in scores), 0, ranked=True)
            for each in weeks[0]
        ]
    )


def _count(tallies: list[Tally], sizes: Sequence[int], standing: dict[TeamId, int]) -> None:
    for team, place in standing.items():
        tally = tallies[_class_of(sizes[team])]
        tally.teams += 1
        tally.places += place
        tally.in_top_tenth += place * TOP_TENTH <= len(sizes)


def _class_of(size: int) -> int:
    return next(number for number, sizes in enumerate(SIZE_CLASSES) if size in sizes)


def is_fair(tally: Tally, teams: int = TEAMS) -> bool:
    middle = (teams + 1) / 2
    lowest, highest = TOP_TENTH_BOUNDS
    is_central = abs(tally.mean_place / middle - 1) <= MEAN_RANK_TOLERANCE
    return is_central and lowest <= tally.top_tenth <= highest


def table(tallies: dict[str, list[Tally]]) -> Iterator[str]:
    names = list(tallies)
    middle = (TEAMS + 1) / 2
    yield "team size  " + "".join(f"{name:>26}" for name in names)
    yield "           " + "   mean rank   in top tenth" * len(names)
    for number, sizes in enumerate(SIZE_CLASSES):
        cells = (tallies[name][number] for name in names)
        figures = "".join(
            f"   {cell.mean_place:5.1f} {cell.mean_place / middle - 1:+6.1%}"
            f"   {cell.top_tenth:6.1%}  "
            for cell in cells
        )
        yield f"{f'{sizes[0]} to {sizes[-1]}':<11}{figures}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seasons", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    def progress(done: int) -> None:
        if done % max(1, options.seasons // 100) == 0:
            sys.stderr.write(f"\r{done} of {options.seasons} seasons")
            sys.stderr.flush()

    rules: dict[str, Scores] = {"the league": round_scores, "the plain mean": plain_mean}
    tallies = simulate(options.seasons, options.seed, rules, on_season=progress)
    sys.stderr.write("\n")
    sys.stdout.writelines(f"{line}\n" for line in table(tallies))
    unfair = [
        f"{sizes[0]} to {sizes[-1]}"
        for sizes, tally in zip(SIZE_CLASSES, tallies["the league"], strict=True)
        if not is_fair(tally)
    ]
    if unfair:
        sys.stdout.write(f"not fair to teams of {', '.join(unfair)}\n")
    return 1 if unfair else 0


if __name__ == "__main__":
    raise SystemExit(main())
