from collections.abc import Mapping

from sqlalchemy import select

from app.database import db
from app.pulse.models import PulseResult, PulseSeen
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from challenges.pulse import Moment, open_moment


def find_offer(
    season: SeasonRow, participation: Participation | None, moment: Moment
) -> Moment | None:
    """The pulse, if it is open and the participant has neither answered nor declined it."""
    if open_moment(season.plan) is not moment:
        return None
    if participation is None or participation.left_from is not None:
        return None
    key = (participation.user_id, season.id, moment.value)
    return None if db.session.get(PulseSeen, key) else moment


def pulse_results(season_id: int) -> Mapping[Moment, Mapping[str, int]]:
    """What is told of each question, in tenths; nothing of those that too few answered."""
    found: dict[Moment, dict[str, int]] = {moment: {} for moment in Moment}
    for row in db.session.scalars(select(PulseResult).where(PulseResult.season_id == season_id)):
        found[Moment(row.moment)][row.question] = row.mean
    return found
