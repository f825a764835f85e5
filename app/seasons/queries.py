from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select

from app.database import db, read
from app.seasons.models import Participation, Round, Season
from challenges import model, story
from challenges.errors import NoRunningSeason, NotJoined

Parameters = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """A season with its rounds as the rules see them."""

    id: int
    name: str
    opened_at: datetime | None
    replanned_at: datetime | None
    goal_wish: int | None
    goal_target: int
    goal_count: int
    settled_at: datetime | None
    negotiated_on: date | None
    negotiation_reference: str | None
    plan: model.Season

    @property
    def planned_at(self) -> datetime | None:
        """Since when its participants find the plan as it is; None while it is a draft."""
        if self.opened_at is None or self.replanned_at is None:
            return self.opened_at
        return max(self.opened_at, self.replanned_at)

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


# What the lead has started; what is only planned is nobody else's business.
_IS_OPENED = Season.opened_at.is_not(None)
# The season that runs or comes next: the oldest one that is not settled.
CURRENT = (
    select(Season.id)
    .where(_IS_OPENED, Season.settled_at.is_(None))
    .order_by(Season.starts_at)
    .limit(1)
    .scalar_subquery()
)
_NEWEST = select(Season.id).order_by(Season.starts_at.desc()).limit(1).scalar_subquery()
_NEWEST_OPENED = (
    select(Season.id).where(_IS_OPENED).order_by(Season.starts_at.desc()).limit(1).scalar_subquery()
)
_DRAFT = select(Season.id).where(~_IS_OPENED).order_by(Season.starts_at).limit(1).scalar_subquery()
_WITH_ROUNDS = (
    select(
        Season.id.label("season_id"),
        Season.name,
        Season.opened_at,
        Season.replanned_at,
        Season.goal_wish,
        Season.goal_target,
        Season.goal_count,
        Season.settled_at,
        Season.negotiated_on,
        Season.negotiation_reference,
        Round.id,
        Round.number,
        Round.challenge,
        Round.alternative,
        Round.starts_at,
        Round.ends_at,
        Round.closes_at,
        Round.closed_at,
    )
    .join(Round, Round.season_id == Season.id)
    .order_by(Round.number)
)
_BEGUN = func.coalesce(
    select(Season.id)
    .where(_IS_OPENED, Season.starts_at <= bindparam("now"))
    .order_by(Season.starts_at.desc())
    .limit(1)
    .scalar_subquery(),
    _NEWEST_OPENED,
)


def _joined(which: ColumnElement[int]) -> Select:
    return (
        _WITH_ROUNDS.add_columns(Participation)
        .outerjoin(
            Participation,
            (Participation.season_id == Season.id)
            & (Participation.user_id == bindparam("user_id")),
        )
        .where(Season.id == which)
    )


# Made once: putting a statement together takes longer than running it.
_FIND_CURRENT = _WITH_ROUNDS.where(Season.id == CURRENT)
_FIND_BEGUN = _WITH_ROUNDS.where(Season.id == _BEGUN)
_CURRENT_OF = _joined(CURRENT)
_CURRENT_OF_TO_CHANGE = (
    _WITH_ROUNDS.add_columns(Participation)
    .join(Participation, Participation.season_id == Season.id)
    .where(Season.id == CURRENT, Participation.user_id == bindparam("user_id"))
    .with_for_update(of=Participation)
    .execution_options(populate_existing=True)
)
_BEGUN_OF = _joined(_BEGUN)
_SEASON_OF = _joined(bindparam("season_id"))


def find_current_season() -> SeasonRow | None:
    return _season_row(_FIND_CURRENT)


def find_led_season() -> SeasonRow | None:
    """The one that the lead has in hand: the current one, and where none is, the newest."""
    return _season_row(_WITH_ROUNDS.where(Season.id == func.coalesce(CURRENT, _NEWEST)))


def find_draft() -> SeasonRow | None:
    """The season that is planned and not started."""
    return _season_row(_WITH_ROUNDS.where(Season.id == _DRAFT))


def find_season(season_id: int) -> SeasonRow | None:
    return _season_row(_WITH_ROUNDS.where(Season.id == season_id))


def find_begun_season(now: datetime) -> SeasonRow | None:
    """The newest season that has begun; until the first one has, the one that is to come.

    A season's last table and story stay in place while the next one waits for its first Monday.
    """
    return _season_row(_FIND_BEGUN, {"now": now})


def get_season(season_id: int) -> SeasonRow:
    season = find_season(season_id)
    if season is None:
        raise NoRunningSeason
    return season


def get_current_season() -> SeasonRow:
    season = find_current_season()
    if season is None:
        raise NoRunningSeason
    return season


def find_current_season_of(user_id: int) -> tuple[SeasonRow | None, Participation | None]:
    """The current season and the user's participation in it, in one statement."""
    return _season_of(_CURRENT_OF, {"user_id": user_id})


def find_begun_season_of(
    user_id: int, now: datetime
) -> tuple[SeasonRow | None, Participation | None]:
    return _season_of(_BEGUN_OF, {"user_id": user_id, "now": now})


def find_season_of(user_id: int, season_id: int) -> tuple[SeasonRow | None, Participation | None]:
    return _season_of(_SEASON_OF, {"user_id": user_id, "season_id": season_id})


def get_current_season_of(
    user_id: int, *, to_change: bool = False
) -> tuple[SeasonRow, Participation]:
    """To change the participation, it is read anew, and nobody else changes it meanwhile."""
    statement = _CURRENT_OF_TO_CHANGE if to_change else _CURRENT_OF
    season, participation = _season_of(statement, {"user_id": user_id})
    if season is None and to_change:
        season = find_current_season()
    if season is None:
        raise NoRunningSeason
    if participation is None:
        raise NotJoined
    return season, participation


def _season_of(
    statement: Select, parameters: Parameters
) -> tuple[SeasonRow | None, Participation | None]:
    rows = db.session.execute(statement, parameters).all()
    return (_from_rows(rows), rows[0].Participation) if rows else (None, None)


def find_participation(user_id: int, season_id: int) -> Participation | None:
    return db.session.scalar(
        select(Participation).where(
            Participation.user_id == user_id, Participation.season_id == season_id
        )
    )


def seasons_of(user_id: int) -> list[JoinedSeason]:
    """The seasons that the user has joined, the newest first; having left one changes nothing."""
    rows = db.session.execute(
        select(Season.id, Season.name)
        .join(Participation, Participation.season_id == Season.id)
        .where(Participation.user_id == user_id)
        .order_by(Season.starts_at.desc())
    )
    return [JoinedSeason(*row) for row in rows]


def _season_row(statement: Select, parameters: Parameters | None = None) -> SeasonRow | None:
    rows = read(statement, parameters)
    return _from_rows(rows) if rows else None


def _from_rows(rows: Sequence[Row]) -> SeasonRow:
    """The season from its rounds in order, each of which carries the season along."""
    first = rows[0]
    return SeasonRow(
        id=first.season_id,
        name=first.name,
        opened_at=first.opened_at,
        replanned_at=first.replanned_at,
        goal_wish=first.goal_wish,
        goal_target=first.goal_target,
        goal_count=first.goal_count,
        settled_at=first.settled_at,
        negotiated_on=first.negotiated_on,
        negotiation_reference=first.negotiation_reference,
        plan=model.Season(
            rounds=tuple(_as_model(row) for row in rows), settled=first.settled_at is not None
        ),
    )


def _as_model(row: Row) -> model.Round:
    return model.Round(
        id=model.RoundId(row.id),
        number=row.number,
        challenge=row.challenge,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        closes_at=row.closes_at,
        closed=row.closed_at is not None,
        alternative=row.alternative,
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
