"""I5: what the league published, recomputed from TeamRound and the ledger."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import func, or_, select

from app.badges.models import TeamBadgeAward
from app.database import db
from app.history.models import PointEntry
from app.league.models import TeamRound
from app.organisation.models import Department
from app.organisation.queries import LeagueTeam, league_teams
from app.seasons.queries import SeasonRow
from challenges import badges
from challenges.catalogue import Catalogue
from challenges.league import (
    TeamSeason,
    TeamWeek,
    biggest_rises,
    places,
    round_scores,
    weeks_teams,
)
from challenges.model import Round, RoundId, TeamId

Differences = Iterator[str]
Rows = Sequence[TeamRound]


def published_differs(season: SeasonRow, catalogue: Catalogue) -> Differences:
    teams = {team.id: team for team in league_teams(season.id)}
    score_so_far: dict[int, int] = defaultdict(int)
    places_before: dict[TeamId, int] = {}
    published: list[TeamRound] = []
    for closed in (each for each in season.plan.rounds if each.closed):
        rows = db.session.scalars(select(TeamRound).where(TeamRound.round_id == closed.id)).all()
        if not rows:
            yield f"round {closed.number} is closed but no table is published"
        yield from _points_differ(closed, rows, teams)
        yield from _scores_differ(closed, rows, score_so_far)
        yield from _places_differ(closed, rows, places_before)
        places_before = {TeamId(r.team_id): r.place for r in rows if r.place is not None}
        published += rows
    yield from _team_badges_differ(season, published, teams, catalogue)


def _points_differ(closed: Round, rows: Rows, teams: dict[TeamId, LeagueTeam]) -> Differences:
    """A team's points are those booked in that round for it or its parts."""
    ledger = _ledger(closed.id)
    for row in rows:
        team = teams.get(TeamId(row.team_id))
        parts = team.parts if team else {TeamId(row.team_id)}
        booked = sum(ledger.get(part, 0) for part in parts)
        if row.points != booked:
            yield f"{_name(closed, row)}: {row.points} points published, {booked} in ledger"


def _ledger(round_id: RoundId) -> dict[int, int]:
    rows = db.session.execute(
        select(PointEntry.team_id, func.sum(PointEntry.points))
        .where(PointEntry.round_id == round_id)
        .group_by(PointEntry.team_id)
    )
    return {team_id: int(points) for team_id, points in rows}


def _scores_differ(closed: Round, rows: Rows, score_so_far: dict[int, int]) -> Differences:
    scores = round_scores(
        [TeamWeek(TeamId(row.team_id), row.points, row.available) for row in rows]
    )
    for row in rows:
        score = scores[TeamId(row.team_id)]
        score_so_far[row.team_id] += score
        if row.score != score:
            yield f"{_name(closed, row)}: score {row.score}, recomputed {score}"
        if row.season_score != score_so_far[row.team_id]:
            yield f"{_name(closed, row)}: the season's score is not the sum of its rounds"


def _places_differ(closed: Round, rows: Rows, before: dict[TeamId, int]) -> Differences:
    standing = places(
        [TeamSeason(TeamId(r.team_id), r.season_score, r.departments, r.is_ranked) for r in rows]
    )
    best = weeks_teams({TeamId(row.team_id): row.score for row in rows}, list(standing))
    _, risers = biggest_rises(standing, before)
    in_order = sorted(rows, key=lambda row: row.position)
    if [row.position for row in in_order] != list(range(1, len(rows) + 1)):
        yield f"round {closed.number}: the table's rows are not numbered one after another"
    if in_order != sorted(in_order, key=lambda row: (row.place is None, row.place or 0)):
        yield f"round {closed.number}: the table's rows are not in the order of their places"
    for row in rows:
        team_id = TeamId(row.team_id)
        place = standing.get(team_id)
        rise = before[team_id] - place if place is not None and team_id in before else None
        if row.place != place:
            yield f"{_name(closed, row)}: place {row.place} is wrong"
        if row.rise != rise:
            yield f"{_name(closed, row)}: a rise of {row.rise} is published, {rise} recomputed"
        if (row.is_weeks_team, row.is_top_riser) != (team_id in best, team_id in risers):
            yield f"{_name(closed, row)}: the headlines name it wrongly"


def _team_badges_differ(
    season: SeasonRow,
    published: Rows,
    teams: dict[TeamId, LeagueTeam],
    catalogue: Catalogue,
) -> Differences:
    held: dict[int, set[str]] = defaultdict(set)
    for team_id, badge in db.session.execute(
        select(TeamBadgeAward.team_id, TeamBadgeAward.badge).where(
            TeamBadgeAward.season_id == season.id
        )
    ):
        held[team_id].add(badge)
    for team_id, earned in _team_badges(season, published, teams, catalogue).items():
        if held[team_id] != earned:
            yield f"team {team_id}: badges {sorted(held[team_id] ^ earned)} differ"


def _team_badges(
    season: SeasonRow, published: Rows, teams: dict[TeamId, LeagueTeam], catalogue: Catalogue
) -> dict[int, set[str]]:
    """What each team has earned at one closing or another: a department that came later takes
    nothing back."""
    all_departments = {
        each.id: _count_departments(each) for each in season.plan.rounds if each.closed
    }
    check_ins: dict[int, int] = defaultdict(int)
    departments: dict[int, int] = defaultdict(int)
    earned: dict[int, set[str]] = defaultdict(set)
    for row in published:
        check_ins[row.team_id] += row.check_ins
        departments[row.team_id] = max(departments[row.team_id], row.departments)
        team = teams.get(TeamId(row.team_id))
        others = all_departments[RoundId(row.round_id)] - (len(team.departments) if team else 1)
        record = badges.TeamRecord(check_ins[row.team_id], departments[row.team_id], others)
        earned[row.team_id] |= badges.team_earned(catalogue.badges, record)
    return earned


def _count_departments(closed: Round) -> int:
    was_there = or_(Department.created_at.is_(None), Department.created_at < closed.closes_at)
    return db.session.scalar(select(func.count()).select_from(Department).where(was_there)) or 1


def _name(closed: Round, row: TeamRound) -> str:
    return f"round {closed.number}, team {row.team_id}"
