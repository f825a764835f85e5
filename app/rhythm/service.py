"""Closing a round: streaks are settled and the table is published, all in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import update

from app.badges.queries import personal_shelves, team_badges
from app.badges.service import award_teams
from app.dashboard.service import publish as publish_dashboards
from app.database import db
from app.league.models import TeamRound
from app.organisation.queries import departments, teams
from app.rhythm.queries import (
    Presence,
    Published,
    check_ins_by_team,
    check_ins_with_somebody,
    departments_by_team,
    newest_receipt,
    points_by_team,
    presence,
    published_before,
)
from app.rhythm.settling import settle_participations
from app.seasons.models import Round, Season
from app.seasons.queries import SeasonRow, get_current_season
from app.seasons.service import hold_season
from challenges import badges
from challenges.calendar import last_catch_up
from challenges.catalogue import Audience, Catalogue
from challenges.errors import EarlyCloseRefused, NothingToClose
from challenges.league import PARTICIPANTS_TO_BE_RANKED, TeamSeason, TeamWeek, places, round_scores
from challenges.model import Round as RoundOfSeason
from challenges.model import TeamId

CHECK_INS_PER_PARTICIPANT_AND_ROUND = 0.5
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Closed:
    round_number: int
    teams: int


def close_due_round(
    catalogue: Catalogue, *, dashboards: bool = True, now: datetime
) -> Closed | None:
    """Close the oldest round that is due; None when there is none, however often one asks.

    Without `dashboards` nothing is published for them.
    """
    season = _held_season()
    oldest = _oldest_open(season)
    if oldest is None or now < oldest.closes_at:
        return None
    return _close(season, oldest, catalogue, dashboards=dashboards, now=now)


def close_round_early(
    number: int, catalogue: Catalogue, *, is_demo: bool, dashboards: bool = True, now: datetime
) -> Closed:
    """Close the running round now instead of on Monday at noon; refused outside the demo."""
    season = _held_season()
    oldest = _oldest_open(season)
    if oldest is None or oldest.number != number or now < oldest.starts_at:
        raise NothingToClose
    if now < oldest.closes_at:
        if not is_demo:
            raise EarlyCloseRefused
        oldest = replace(oldest, closes_at=_after_last_receipt(oldest, now))
    return _close(season, oldest, catalogue, dashboards=dashboards, now=now)


def settle_season(catalogue: Catalogue, *, now: datetime) -> bool:
    """Settle the season a week after its last closing: last streaks, whole-season badges."""
    season = _held_season()
    last = season.plan.rounds[-1]
    if not last.closed or now < last_catch_up(season.plan):
        return False
    db.session.execute(update(Season).where(Season.id == season.id).values(settled_at=now))
    settled = replace(season, settled_at=now, plan=replace(season.plan, settled=True))
    settle_participations(settled, catalogue, catalogue.badges, last, now=now)
    return True


def _after_last_receipt(closing: RoundOfSeason, now: datetime) -> datetime:
    """Now, or just after a check-in that came in while this closing waited for it."""
    last = newest_receipt(closing.id)
    return max(now, last + MOMENT) if last else now


def _held_season() -> SeasonRow:
    hold_season(get_current_season().id, to_close=True)
    db.session.expire_all()
    return get_current_season()


def _oldest_open(season: SeasonRow) -> RoundOfSeason | None:
    return next((each for each in season.plan.rounds if not each.closed), None)


def _close(
    season: SeasonRow,
    closing: RoundOfSeason,
    catalogue: Catalogue,
    *,
    dashboards: bool,
    now: datetime,
) -> Closed:
    db.session.execute(
        update(Round)
        .where(Round.id == closing.id)
        .values(closed_at=now, closes_at=closing.closes_at)
    )
    season = _with_closed(season, closing)
    by_closing = [each for each in catalogue.badges if badges.is_decided_by_closing(each)]
    settle_participations(season, catalogue, by_closing, closing, now=now)
    present = presence(season.id, closing)
    published = _publish(season, closing, present, catalogue)
    if dashboards:
        publish_dashboards(season, closing, present.people, catalogue)
    _move_goal(season, closing, sum(present.participants.values()))
    return Closed(closing.number, published)


def _with_closed(season: SeasonRow, closing: RoundOfSeason) -> SeasonRow:
    rounds = tuple(
        replace(closing, closed=True) if each.id == closing.id else each
        for each in season.plan.rounds
    )
    return replace(season, plan=replace(season.plan, rounds=rounds))


def _publish(
    season: SeasonRow, closing: RoundOfSeason, present: Presence, catalogue: Catalogue
) -> int:
    before = published_before(season.id)
    points = points_by_team(closing.id)
    check_ins = check_ins_by_team(closing.id)
    departments_bridged = departments_by_team(season.id, closing.number)
    all_teams = teams()
    scores = round_scores(
        [
            TeamWeek(team.id, points.get(team.id, 0), present.available[team.id])
            for team in all_teams
        ]
    )
    rows = {
        team.id: TeamRound(
            round_id=closing.id,
            team_id=team.id,
            points=points.get(team.id, 0),
            available=present.available[team.id],
            check_ins=check_ins.get(team.id, 0),
            departments=max(departments_bridged.get(team.id, 0), before[team.id].departments),
            score=scores[team.id],
            season_score=before[team.id].season_score + scores[team.id],
            is_ranked=before[team.id].is_ranked
            or present.participants[team.id] >= PARTICIPANTS_TO_BE_RANKED,
        )
        for team in all_teams
    }
    _award_teams(season, closing, rows, before, catalogue)
    _place_and_shelve(season, closing, rows, catalogue)
    db.session.add_all(rows.values())
    db.session.flush()
    return len(rows)


def _award_teams(
    season: SeasonRow,
    closing: RoundOfSeason,
    rows: dict[TeamId, TeamRound],
    before: dict[int, Published],
    catalogue: Catalogue,
) -> None:
    others = len(departments()) - 1
    records = {
        team_id: badges.TeamRecord(
            check_ins=before[team_id].check_ins + row.check_ins,
            departments=row.departments,
            other_departments=others,
        )
        for team_id, row in rows.items()
    }
    earned = {
        int(team_id): badges.team_earned(catalogue.badges, record)
        for team_id, record in records.items()
    }
    award_teams(season.id, closing.id, earned)


def _place_and_shelve(
    season: SeasonRow,
    closing: RoundOfSeason,
    rows: dict[TeamId, TeamRound],
    catalogue: Catalogue,
) -> None:
    standing = places(
        [
            TeamSeason(team_id, row.season_score, row.departments, row.is_ranked)
            for team_id, row in rows.items()
        ]
    )
    shown = {badge.slug for badge in catalogue.badges if badge.audience is Audience.SHELF}
    personal = personal_shelves(season.id, closing.number)
    own = team_badges(season.id)
    for team_id, row in rows.items():
        row.place = standing.get(team_id)
        shelf = {badge: count for badge, count in personal[team_id].items() if badge in shown}
        row.shelf = shelf | dict.fromkeys(sorted(own[team_id]), 1)


def _move_goal(season: SeasonRow, closing: RoundOfSeason, participants: int) -> None:
    values: dict[str, int] = {"goal_count": check_ins_with_somebody(season.id)}
    if closing.number == 1:
        rounds = len(season.plan.rounds)
        values["goal_target"] = int(participants * rounds * CHECK_INS_PER_PARTICIPANT_AND_ROUND)
    db.session.execute(update(Season).where(Season.id == season.id).values(values))
