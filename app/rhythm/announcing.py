"""What a closing tells by mail: the table to those who play, the report to the leads, and badges
that no check-in has earned."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.dashboard.queries import find_organisation_share
from app.database import db
from app.league.models import TeamRound
from app.notifications.kinds import WeekMail
from app.notifications.queries import losses
from app.notifications.service import post
from app.organisation.queries import LeagueTeam, league_teams, teams_of_members
from app.rhythm.letters import active_in, is_there, letters_to
from app.rhythm.runs import failed_jobs
from app.seasons.models import Season
from app.seasons.queries import SeasonRow
from challenges.calendar import week_round
from challenges.model import Round, TeamId

A_WEEK = timedelta(days=7)


def announce_closing(season: SeasonRow, closing: Round, *, now: datetime) -> None:
    """Until the next round's week is over, and the next table near: nothing of a closing that comes
    as late."""
    following = season.plan.round(closing.number + 1)
    stale_at = following.ends_at if following else closing.closes_at + A_WEEK
    if now >= stale_at:
        return
    _post_tables(season, closing, stale_at, now)
    _post_reports(season, closing, stale_at, now)


def _post_tables(season: SeasonRow, closing: Round, stale_at: datetime, now: datetime) -> None:
    lineup = league_teams(season.id)
    payloads = _payloads(closing, lineup)
    plays_as = {part: team.id for team in lineup for part in team.parts}
    team_of = teams_of_members(before=closing.ends_at)
    players = active_in(season.id, closing)
    if this := week_round(season.plan, now):
        players = players.where(is_there(this))
    rows = [row for row in db.session.execute(players) if row.user_id in team_of]
    letters = letters_to(
        rows,
        WeekMail.TABLE,
        closing.id,
        lambda row: payloads[plays_as[team_of[row.user_id]]],
        stale_at=stale_at,
    )
    post(letters, now=now)


def _payloads(closing: Round, lineup: list[LeagueTeam]) -> Mapping[TeamId, dict[str, Any]]:
    """What the league's page shows of each team, and of those that the closing named."""
    names = {team.id: team.name for team in lineup}
    published = db.session.scalars(
        select(TeamRound).where(TeamRound.round_id == closing.id).order_by(TeamRound.position)
    ).all()
    news = {
        "round_number": closing.number,
        "weeks_teams": [names[TeamId(row.team_id)] for row in published if row.is_weeks_team],
        "risers": [names[TeamId(row.team_id)] for row in published if row.is_top_riser],
        "risen": next((row.rise for row in published if row.is_top_riser), None),
    }
    return {
        TeamId(row.team_id): news
        | {
            "team": names[TeamId(row.team_id)],
            "place": row.place,
            "rise": row.rise,
            "score": row.season_score,
        }
        for row in published
    }


def _post_reports(season: SeasonRow, closing: Round, stale_at: datetime, now: datetime) -> None:
    leads = db.session.execute(
        select(User.id.label("user_id"), User.email, User.language).where(
            User.is_lead, User.disabled_at.is_(None), User.erase_at.is_(None)
        )
    ).all()
    if leads:
        told = _report(season, closing)
        post(
            letters_to(leads, WeekMail.REPORT, closing.id, lambda _row: told, stale_at=stale_at),
            now=now,
        )


def _report(season: SeasonRow, closing: Round) -> dict[str, Any]:
    since = closing.closes_at - A_WEEK
    share = find_organisation_share(season.id, closing.id)
    following = season.plan.round(closing.number + 1)
    count, target = db.session.execute(
        select(Season.goal_count, Season.goal_target).where(Season.id == season.id)
    ).one()
    return {
        "round_number": closing.number,
        "share": share.percent if share else None,
        "goal_count": count,
        "goal_target": target,
        "given_up": sum(loss.count for loss in losses(since)),
        "failed_jobs": failed_jobs(since),
        "next_challenge": following.challenge if following else None,
        "next_starts_at": following.starts_at.isoformat() if following else None,
    }
