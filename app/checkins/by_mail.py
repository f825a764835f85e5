"""What a link of a mail does for the person whom the mail went to, in the round it was about."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import User
from app.checkins import service
from app.checkins.queries import report_of
from app.checkins.reports import Report
from app.database import db
from app.history.own import own_season
from app.history.queries import find_pledge
from app.seasons.queries import find_current_season_of
from challenges.calendar import is_in_time
from challenges.catalogue import Catalogue
from challenges.errors import AlreadyCheckedIn
from challenges.model import Round


@dataclass(frozen=True, slots=True)
class Place:
    """A round that takes something from this participation; `rounds` is how many its season has."""

    user_id: int
    participation_id: int
    round: Round
    rounds: int


@dataclass(frozen=True, slots=True)
class Reader:
    """`place` is None once the link has done its part: its round has closed, its reader has left,
    or her account is closed."""

    language: str
    place: Place | None


def find_reader(user_id: int, round_id: int, *, now: datetime) -> Reader | None:
    """Whose link it is; None for somebody who has been erased."""
    user = db.session.execute(
        select(User.language, User.disabled_at).where(User.id == user_id)
    ).one_or_none()
    if user is None:
        return None
    place = _find_place(user_id, round_id, now) if user.disabled_at is None else None
    return Reader(user.language, place)


def _find_place(user_id: int, round_id: int, now: datetime) -> Place | None:
    season, participation = find_current_season_of(user_id)
    if season is None or participation is None or participation.left_from is not None:
        return None
    for each in season.plan.rounds[participation.first_round - 1 :]:
        if each.id == round_id and is_in_time(each, now) and not each.closed:
            return Place(user_id, participation.id, each, len(season.plan.rounds))
    return None


def pledge(
    place: Place, *, mission: str, expected: int | None, catalogue: Catalogue, now: datetime
) -> None:
    """A figure left out takes none back: the page shows none that was given before."""
    earlier = find_pledge(place.participation_id, place.round.id)
    if expected is None and earlier is not None:
        expected = earlier.expected
    with suppress(AlreadyCheckedIn):
        service.pledge(
            place.user_id,
            place.round.number,
            mission=mission,
            expected=expected,
            catalogue=catalogue,
            now=now,
        )


def check_in(place: Place, report: Report, *, catalogue: Catalogue, now: datetime) -> None:
    """A check-in that stands is left as it is; one that was undone stands again."""
    this = own_season(place.participation_id).rounds[place.round.number]
    if this.check_in is not None:
        report = _over(report_of(this, this.check_in), report)
    with suppress(AlreadyCheckedIn):
        service.check_in(place.user_id, place.round.number, report, catalogue=catalogue, now=now)


def _over(earlier: Report, report: Report) -> Report:
    """What the page does not ask, or was not told, stays as it was."""
    return replace(
        earlier,
        mission=report.mission,
        happened_on=report.happened_on,
        actual=earlier.actual if report.actual is None else report.actual,
        met=report.met or earlier.met,
    )
