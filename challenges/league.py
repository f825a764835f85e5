"""The league: a fair score for teams of any size, places with ties, and what a closing names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from challenges.model import DepartmentId, TeamId

AVERAGE_COLLEAGUES = 10
PARTICIPANTS_TO_BE_RANKED = 5
# With four of five taking part, so many heads give the participants that a place asks for.
HEADS_OF_A_TEAM_OF_ITS_OWN = 7
CHECK_INS_TO_BE_SHOWN = 3
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """One team in one round as the ledger has it: `points` net, `available` people."""

    team: TeamId
    points: int
    available: int


@dataclass(frozen=True, slots=True)
class TeamSeason:
    """`score` in hundredths summed over the closed rounds; `departments` bridged so far."""

    team: TeamId
    score: int
    departments: int
    ranked: bool


def round_scores(weeks: Sequence[TeamWeek]) -> dict[TeamId, int]:
    """Every team's score of a round in hundredths, half up: the mean per person, as if each team
    also had ten average colleagues. A team with nobody available gets the organisation's mean."""
    all_points = sum(week.points for week in weeks)
    all_available = sum(week.available for week in weeks)
    return {week.team: _score(week, all_points, all_available) for week in weeks}


def _score(week: TeamWeek, all_points: int, all_available: int) -> int:
    if all_available == 0:
        return 0
    # An erased person's points stay in the ledger when she is no longer among the available.
    points = week.points if week.available else 0
    numerator = HUNDREDTHS * (points * all_available + AVERAGE_COLLEAGUES * all_points)
    denominator = all_available * (week.available + AVERAGE_COLLEAGUES)
    return (2 * numerator + denominator) // (2 * denominator)


def places(teams: Sequence[TeamSeason]) -> dict[TeamId, int]:
    """The places of the ranked teams from 1; equal score and departments share a place."""
    ranked = sorted((team for team in teams if team.ranked), key=_order)
    result: dict[TeamId, int] = {}
    for position, team in enumerate(ranked, start=1):
        above = ranked[position - 2] if position > 1 else None
        shares = above is not None and _order(above) == _order(team)
        result[team.team] = result[above.team] if above is not None and shares else position
    return result


def _order(team: TeamSeason) -> tuple[int, int]:
    return (-team.score, -team.departments)


def weeks_teams(scores: Mapping[TeamId, int], ranked: Sequence[TeamId]) -> list[TeamId]:
    """The ranked teams with the highest score of this round; several when they tie."""
    return _leaders({team: scores[team] for team in ranked if scores.get(team, 0) > 0})


def biggest_rises(
    now: Mapping[TeamId, int], before: Mapping[TeamId, int]
) -> tuple[int, list[TeamId]]:
    """How many places the biggest rise is, and who made it; (0, []) when nobody rose."""
    rises = {team: before[team] - place for team, place in now.items() if team in before}
    risers = _leaders({team: rise for team, rise in rises.items() if rise > 0})
    return (rises[risers[0]], risers) if risers else (0, [])


def proposed_joint_teams(
    heads: Mapping[TeamId, int], department_of: Mapping[TeamId, DepartmentId]
) -> list[tuple[TeamId, ...]]:
    """Which small teams should play as one, by head count: within their department where that
    suffices, else across departments; what is left over joins the smallest of the others."""
    small = {team: count for team, count in heads.items() if count < HEADS_OF_A_TEAM_OF_ITS_OWN}
    joined: list[list[TeamId]] = []
    left: list[TeamId] = []
    for department in sorted({department_of[team] for team in small}):
        found, rest = _grouped([t for t in small if department_of[t] == department], heads)
        joined += found
        left += rest
    found, left = _grouped(left, heads)
    joined += found
    others = joined or [[team] for team in heads if team not in small]
    if left and others:
        smallest = min(others, key=lambda group: (sum(heads[team] for team in group), group))
        smallest += left
        joined = joined or [smallest]
    elif len(left) > 1:
        joined = [left]
    return [tuple(sorted(group)) for group in joined]


def _grouped(
    teams: Sequence[TeamId], heads: Mapping[TeamId, int]
) -> tuple[list[list[TeamId]], list[TeamId]]:
    """The teams in groups that are large enough, the largest first, and those left over."""
    groups: list[list[TeamId]] = []
    group: list[TeamId] = []
    for team in sorted(teams, key=lambda team: (-heads[team], team)):
        group.append(team)
        if len(group) > 1 and sum(heads[each] for each in group) >= HEADS_OF_A_TEAM_OF_ITS_OWN:
            groups.append(group)
            group = []
    if group and groups:
        groups[-1] += group
        group = []
    return groups, group


def _leaders(values: Mapping[TeamId, int]) -> list[TeamId]:
    top = max(values.values(), default=None)
    return sorted(team for team, value in values.items() if value == top)
