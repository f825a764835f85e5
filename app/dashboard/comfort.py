"""How uncomfortable a round was expected to be and how it was, told of the whole organisation."""

from collections.abc import Iterable

from sqlalchemy import Row, func, select

from app.dashboard.models import ComfortRound
from app.database import db
from app.history.models import CheckIn, Pledge
from app.seasons.models import Round
from challenges.disclosure import TeamPart
from challenges.means import DISCOMFORT, may_be_told, told_mean
from challenges.model import Round as RoundOfSeason


def publish_comfort(season_id: int, closing: RoundOfSeason, parts: Iterable[TeamPart]) -> None:
    """Write the round's means, if enough people gave both figures; `parts` are all teams as the
    league shows them, who says how many can have."""
    found = _totals(closing.id)
    if not may_be_told(found.people, sum(part.most for part in parts)):
        return
    before = _last_told(season_id)
    db.session.add(
        ComfortRound(
            round_id=closing.id,
            expected=told_mean(
                found.expected, found.people, DISCOMFORT, before.expected if before else None
            ),
            actual=told_mean(
                found.actual, found.people, DISCOMFORT, before.actual if before else None
            ),
        )
    )


def _totals(round_id: int) -> Row:
    """Over check-ins in time with both figures: an expectation recalled afterwards is none."""
    return db.session.execute(
        select(
            func.count().label("people"),
            func.coalesce(func.sum(Pledge.expected), 0).label("expected"),
            func.coalesce(func.sum(CheckIn.actual), 0).label("actual"),
        )
        .select_from(CheckIn)
        .join(
            Pledge,
            (Pledge.participation_id == CheckIn.participation_id)
            & (Pledge.round_id == CheckIn.round_id),
        )
        .where(
            CheckIn.round_id == round_id,
            CheckIn.booking_round_id == round_id,
            CheckIn.undone_at.is_(None),
            CheckIn.actual.is_not(None),
            Pledge.expected.is_not(None),
        )
    ).one()


def _last_told(season_id: int) -> ComfortRound | None:
    return db.session.scalar(
        select(ComfortRound)
        .join(Round, Round.id == ComfortRound.round_id)
        .where(Round.season_id == season_id)
        .order_by(Round.number.desc())
        .limit(1)
    )
