from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.database import db
from app.seasons.models import Away, Participation, Round, Season
from challenges import model, story
from challenges.errors import NoRunningSeason, NotJoined


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """A season with its rounds as the rules see them."""

    id: int
    name: str
    goal_target: int
    goal_count: int
    settled_at: datetime | None
    plan: model.Season

    @property
    def last_closed(self) -> model.Round | None:
        closed = [each for each in self.plan.rounds if each.closed]
        return closed[-1] if closed else None

    @property
    def halfway(self) -> model.Round:
        return story.halfway(self.plan)

    @property
    def is_over(self) -> bool:
        return story.is_over(self.plan)


@dataclass(frozen=True, slots=True)
class JoinedSeason:
    id: int
    name: str


def find_current_season() -> SeasonRow | None:
    """The season that runs or comes next: the oldest one that is not settled."""
    return _season_row(
        select(Season).where(Season.settled_at.is_(None)).order_by(Season.starts_at).limit(1)
    )


def find_newest_season() -> SeasonRow | None:
    return _season_row(select(Season).order_by(Season.starts_at.desc()).limit(1))


def find_begun_season(now: datetime) -> SeasonRow | None:
    """The newest season that has begun; until the first one has, the one that is planned.

    A season's last table and story stay in place while the next one waits for its first Monday.
    """
    begun = select(Season).where(Season.starts_at <= now)
    return _season_row(begun.order_by(Season.starts_at.desc()).limit(1)) or find_newest_season()


def get_season(season_id: int) -> SeasonRow:
    season = _season_row(select(Season).where(Season.id == season_id))
    if season is None:
        raise NoRunningSeason
    return season


def get_current_season() -> SeasonRow:
    season = find_current_season()
    if season is None:
        raise NoRunningSeason
    return season


def find_participation(user_id: int, season_id: int) -> Participation | None:
    return db.session.scalar(
        select(Participation).where(
            Participation.user_id == user_id, Participation.season_id == season_id
        )
    )


def get_participation(user_id: int, season_id: int) -> Participation:
    participation = find_participation(user_id, season_id)
    if participation is None:
        raise NotJoined
    return participation


def seasons_of(user_id: int) -> list[JoinedSeason]:
    """The seasons that the user has joined, the newest first; having left one changes nothing."""
    rows = db.session.execute(
        select(Season.id, Season.name)
        .join(Participation, Participation.season_id == Season.id)
        .where(Participation.user_id == user_id)
        .order_by(Season.starts_at.desc())
    )
    return [JoinedSeason(*row) for row in rows]


def away_rounds(participation_id: int) -> frozenset[int]:
    """The numbers of the rounds in which the participant is away."""
    return frozenset(
        db.session.scalars(
            select(Round.number)
            .join(Away, Away.round_id == Round.id)
            .where(Away.participation_id == participation_id)
        )
    )


def _season_row(statement) -> SeasonRow | None:
    season = db.session.scalar(statement)
    if season is None:
        return None
    rounds = db.session.scalars(
        select(Round).where(Round.season_id == season.id).order_by(Round.number)
    )
    return SeasonRow(
        id=season.id,
        name=season.name,
        goal_target=season.goal_target,
        goal_count=season.goal_count,
        settled_at=season.settled_at,
        plan=model.Season(
            rounds=tuple(as_model(each) for each in rounds), settled=season.settled_at is not None
        ),
    )


def as_model(row: Round) -> model.Round:
    return model.Round(
        id=model.RoundId(row.id),
        number=row.number,
        challenge=row.challenge,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        closes_at=row.closes_at,
        closed=row.closed_at is not None,
    )


def count_participants(season_id: int) -> int:
    """How many have joined and not left."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Participation.season_id == season_id, Participation.left_from.is_(None)
            )
        )
        or 0
    )
