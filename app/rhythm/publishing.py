"""What a closing publishes: each team's round, its place and shelf, and the round's headlines."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import delete

from app.badges.queries import personal_shelves, team_badges
from app.badges.service import award_teams
from app.database import db
from app.league.models import TeamRound, TeamSoFar
from app.organisation.queries import LeagueTeam, count_departments, league_teams
from app.rhythm.queries import (
    Presence,
    Published,
    check_ins_by_team,
    departments_by_team,
    points_by_team,
    published_before,
)
from app.seasons.queries import SeasonRow
from challenges import badges
from challenges.catalogue import Audience, Catalogue
from challenges.league import (
    PARTICIPANTS_TO_BE_RANKED,
    TeamSeason,
    TeamWeek,
    biggest_rises,
    places,
    round_scores,
    weeks_teams,
)
from challenges.model import Round, TeamId

Rows = Mapping[TeamId, TeamRound]


def publish(season: SeasonRow, closing: Round, present: Presence, catalogue: Catalogue) -> int:
    """Write a row for every team of the league; returns how many."""
    lineup = league_teams(season.id)
    before = published_before(season.id)
    rows = _results(season, closing, present, lineup, before)
    _award_teams(season, closing, rows, lineup, before, catalogue)
    _place(rows, before)
    _line_up(rows, lineup)
    _shelve(season, closing, rows, lineup, before, catalogue)
    db.session.add_all(rows.values())
    db.session.execute(delete(TeamSoFar).where(TeamSoFar.round_id == closing.id))
    db.session.flush()
    return len(rows)


def _results(
    season: SeasonRow,
    closing: Round,
    present: Presence,
    lineup: list[LeagueTeam],
    before: Mapping[int, Published],
) -> dict[TeamId, TeamRound]:
    points = points_by_team(closing.id)
    check_ins = check_ins_by_team(closing.id)
    bridged = departments_by_team(season.id, closing.number)
    weeks = {
        team.id: TeamWeek(team.id, _sum(points, team), _sum(present.available, team))
        for team in lineup
    }
    scores = round_scores(list(weeks.values()))
    return {
        team.id: TeamRound(
            round_id=closing.id,
            team_id=team.id,
            points=weeks[team.id].points,
            available=weeks[team.id].available,
            check_ins=_sum(check_ins, team),
            departments=max(
                len(set().union(*(bridged[part] for part in team.parts)) - team.departments),
                before[team.id].departments,
            ),
            score=scores[team.id],
            season_score=before[team.id].season_score + scores[team.id],
            is_ranked=before[team.id].is_ranked
            or _sum(present.participants, team) >= PARTICIPANTS_TO_BE_RANKED,
        )
        for team in lineup
    }


def _sum(by_team: Mapping[int, int], team: LeagueTeam) -> int:
    return sum(by_team.get(part, 0) for part in team.parts)


def _award_teams(
    season: SeasonRow,
    closing: Round,
    rows: Rows,
    lineup: list[LeagueTeam],
    before: Mapping[int, Published],
    catalogue: Catalogue,
) -> None:
    all_departments = count_departments(before=closing.closes_at)
    earned = {
        int(team.id): badges.team_earned(
            catalogue.badges,
            badges.TeamRecord(
                check_ins=before[team.id].check_ins + rows[team.id].check_ins,
                departments=rows[team.id].departments,
                other_departments=all_departments - len(team.departments),
            ),
        )
        for team in lineup
    }
    award_teams(season.id, closing.id, earned)


def _place(rows: Rows, before: Mapping[int, Published]) -> None:
    standing = places(
        [
            TeamSeason(team_id, row.season_score, row.departments, row.is_ranked)
            for team_id, row in rows.items()
        ]
    )
    earlier = {team_id: place for team_id in rows if (place := before[team_id].place) is not None}
    best = weeks_teams({team_id: row.score for team_id, row in rows.items()}, list(standing))
    _, risers = biggest_rises(standing, earlier)
    for team_id, row in rows.items():
        place = standing.get(team_id)
        row.place = place
        row.rise = earlier[team_id] - place if place and team_id in earlier else None
        row.is_weeks_team = team_id in best
        row.is_top_riser = team_id in risers


def _line_up(rows: Rows, lineup: list[LeagueTeam]) -> None:
    """The order of the table: ranked teams by place, then the unranked; equal ones by name."""
    names = {team.id: team.name for team in lineup}
    in_order = sorted(
        rows.items(), key=lambda item: (item[1].place is None, item[1].place or 0, names[item[0]])
    )
    for position, (_, row) in enumerate(in_order, start=1):
        row.position = position


def _shelve(
    season: SeasonRow,
    closing: Round,
    rows: Rows,
    lineup: list[LeagueTeam],
    before: Mapping[int, Published],
    catalogue: Catalogue,
) -> None:
    """No shelf ever shrinks, neither after an erasure nor when somebody takes back what earned a
    pin that was shown already: either would tell of one person. The others catch up with it."""
    shown = {badge.slug for badge in catalogue.badges if badge.audience is Audience.SHELF}
    personal = personal_shelves(season.id, closing.number)
    own = team_badges(season.id)
    for team in lineup:
        counts: Counter[str] = Counter()
        for part in team.parts:
            counts.update(personal[part])
        counts |= Counter(before[team.id].shelf)
        shelf = {badge: count for badge, count in sorted(counts.items()) if badge in shown}
        rows[team.id].shelf = shelf | dict.fromkeys(sorted(own[team.id]), 1)
