"""Every participant's streak and awards recomputed at once, as a closing and a rebuild need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from app.badges.models import BadgeAward
from app.badges.queries import badges_by_participation
from app.database import db
from app.history.models import Streak
from app.history.queries import histories
from app.history.service import streak_values
from app.organisation.queries import teams_of_members
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from challenges import badges, streaks
from challenges.catalogue import Badge, Catalogue
from challenges.model import History, Round

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class _Decision:
    participation_id: int
    streak: streaks.Streak
    earned: frozenset[str]


def settle_participations(
    season: SeasonRow,
    catalogue: Catalogue,
    decided: Iterable[Badge],
    at: Round,
    *,
    now: datetime,
) -> list[tuple[int, str]]:
    """Store every streak, and the awards of the badges in `decided` as earned in the round `at`;
    returns the new ones, each a user's id and a badge's slug."""
    decided = tuple(decided)
    decisions = [
        _decide(season, participation_id, history, decided)
        for participation_id, history in histories(season.id, catalogue).items()
    ]
    _store_streaks(decisions)
    won = _store_awards(season, decisions, {badge.slug for badge in decided}, at, now)
    db.session.expire_all()
    return won


def _decide(
    season: SeasonRow, participation_id: int, history: History, decided: tuple[Badge, ...]
) -> _Decision:
    result = streaks.streak(season.plan, history)
    earned = badges.earned(decided, season.plan, history, result)
    return _Decision(participation_id, result, earned)


def _store_streaks(decisions: list[_Decision]) -> None:
    stored = {
        row[0]: tuple(row[1:])
        for row in db.session.execute(
            select(
                Streak.participation_id,
                Streak.current,
                Streak.longest,
                Streak.settled_longest,
                Streak.grace_held,
                Streak.grace_spent,
            )
        )
    }
    new: list[dict] = []
    changed: list[dict] = []
    for decision in decisions:
        values = streak_values(decision.participation_id, decision.streak)
        before = stored.get(decision.participation_id)
        if before is None:
            new.append(values)
        elif before != tuple(values.values())[1:]:
            changed.append(values)
    _in_chunks(insert(Streak), new)
    _in_chunks(update(Streak), changed)


def _store_awards(
    season: SeasonRow, decisions: list[_Decision], decided: set[str], at: Round, now: datetime
) -> list[tuple[int, str]]:
    held = badges_by_participation(season.id)
    users = dict(
        db.session.execute(
            select(Participation.id, Participation.user_id).where(
                Participation.season_id == season.id
            )
        ).all()
    )
    from_earlier = _awards_of_other_seasons(season.id)
    team_of = teams_of_members(before=at.ends_at)
    won: list[dict] = []
    lost: list[tuple[int, str]] = []
    for decision in decisions:
        user_id = users[decision.participation_id]
        has = held.get(decision.participation_id, set()) & decided
        lost += [(decision.participation_id, badge) for badge in has - decision.earned]
        won += [
            {
                "user_id": user_id,
                "participation_id": decision.participation_id,
                "badge": badge,
                "round_id": at.id,
                "team_id": team_of[user_id],
                "awarded_at": now,
            }
            for badge in sorted(decision.earned - has)
            if (user_id, badge) not in from_earlier
        ]
    _withdraw(lost)
    _in_chunks(insert(BadgeAward), won)
    return [(row["user_id"], row["badge"]) for row in won]


def _awards_of_other_seasons(season_id: int) -> set[tuple[int, str]]:
    rows = db.session.execute(
        select(BadgeAward.user_id, BadgeAward.badge)
        .join(Participation, Participation.id == BadgeAward.participation_id)
        .where(Participation.season_id != season_id)
    )
    return {(user_id, badge) for user_id, badge in rows}


def _withdraw(lost: list[tuple[int, str]]) -> None:
    for participation_id, badge in lost:
        db.session.execute(
            delete(BadgeAward).where(
                BadgeAward.participation_id == participation_id, BadgeAward.badge == badge
            )
        )


def _in_chunks(statement, rows: list[dict]) -> None:
    for start in range(0, len(rows), CHUNK):
        db.session.execute(statement, rows[start : start + CHUNK])
