"""What is told of a pulse has its form, and nothing of a pulse that is over is kept."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.database import db
from app.pulse.models import PulseResult, PulseSeen, PulseTally
from app.seasons.queries import SeasonRow
from challenges.means import FIVE_STEPS
from challenges.pulse import Moment, open_moment

TOLD = range(FIVE_STEPS.bottom, FIVE_STEPS.top + 1, FIVE_STEPS.step)


def pulse_differences(season: SeasonRow) -> Iterator[str]:
    running = open_moment(season.plan)
    for row in db.session.scalars(select(PulseResult).where(PulseResult.season_id == season.id)):
        if row.mean not in TOLD:
            yield f"pulse {row.moment}, {row.question}: {row.mean} is no told mean"
        if Moment(row.moment) is running:
            yield f"pulse {row.moment}: told while it is open"
    for model in (PulseTally, PulseSeen):
        kept = (
            select(func.count())
            .select_from(model)
            .where(
                model.season_id == season.id,
                model.moment != (running.value if running else ""),
            )
        )
        if db.session.scalar(kept):
            yield f"pulse of season {season.id}: {model.__tablename__} outlived it"
