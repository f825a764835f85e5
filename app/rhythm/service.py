"""Closing a round: streaks are settled and the table is published, all in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import update

from app.badges.announcing import announce
from app.dashboard.service import publish as publish_dashboards
from app.database import db
from app.pulse.service import publish as publish_pulse
from app.rhythm.announcing import announce_closing
from app.rhythm.goal import fix_goal, move_goal
from app.rhythm.publishing import publish
from app.rhythm.queries import newest_receipt, presence
from app.rhythm.settling import settle_participations
from app.seasons.models import Round, Season
from app.seasons.queries import SeasonRow, get_current_season
from app.seasons.service import hold_season
from app.seasons.votes import decide_vote
from challenges import badges
from challenges.calendar import last_catch_up
from challenges.catalogue import Catalogue
from challenges.errors import EarlyCloseRefused, NothingToClose
from challenges.model import Round as RoundOfSeason
from challenges.pulse import Moment

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Closed:
    round_number: int
    teams: int


def close_due_round(
    catalogue: Catalogue, *, dashboards: bool = True, mails: bool = True, now: datetime
) -> Closed | None:
    """Close the oldest round that is due; None when there is none, however often one asks.

    Without `dashboards` nothing is published for them, without `mails` nobody is written to.
    """
    season = held_season()
    oldest = _oldest_open(season)
    if oldest is None or now < oldest.closes_at:
        return None
    return _close(season, oldest, catalogue, dashboards=dashboards, mails=mails, now=now)


def close_round_early(
    number: int, catalogue: Catalogue, *, is_demo: bool, dashboards: bool = True, now: datetime
) -> Closed:
    """Close the running round now instead of on Monday at noon; refused outside the demo."""
    season = held_season()
    oldest = _oldest_open(season)
    if oldest is None or oldest.number != number or now < oldest.starts_at:
        raise NothingToClose
    if now < oldest.closes_at:
        if not is_demo:
            raise EarlyCloseRefused
        oldest = replace(oldest, closes_at=_brought_forward(season, oldest, now))
    return _close(season, oldest, catalogue, dashboards=dashboards, mails=True, now=now)


def settle_season(catalogue: Catalogue, *, now: datetime) -> bool:
    """Settle the season a week after its last closing: last streaks, whole-season badges, and
    what was answered after it."""
    season = held_season()
    last = season.plan.rounds[-1]
    if not last.closed or now < last_catch_up(season.plan):
        return False
    db.session.execute(update(Season).where(Season.id == season.id).values(settled_at=now))
    settled = replace(season, settled_at=now, plan=replace(season.plan, settled=True))
    announce(settle_participations(settled, catalogue, catalogue.badges, last, now=now), now=now)
    publish_pulse(season.id, Moment.AFTER)
    return True


def _brought_forward(season: SeasonRow, closing: RoundOfSeason, now: datetime) -> datetime:
    """Now, or just after a check-in that came in while this closing waited for it, and just after
    the closing before it."""
    before = season.plan.round(closing.number - 1)
    passed = (newest_receipt(closing.id), before.closes_at if before else None)
    return max([now, *(each + MOMENT for each in passed if each is not None)])


def held_season() -> SeasonRow:
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
    mails: bool,
    now: datetime,
) -> Closed:
    db.session.execute(
        update(Round)
        .where(Round.id == closing.id)
        .values(closed_at=now, closes_at=closing.closes_at)
    )
    season = _with_closed(season, closing)
    by_closing = [each for each in catalogue.badges if badges.is_decided_by_closing(each)]
    won = settle_participations(season, catalogue, by_closing, closing, now=now)
    present = presence(season.id, closing)
    published = publish(season, closing, present, catalogue)
    if dashboards:
        publish_dashboards(season, closing, present.people, catalogue)
    if closing.number == 1:
        fix_goal(season, sum(present.participants.values()))
        publish_pulse(season.id, Moment.BEFORE)
    move_goal(season.id)
    decide_vote(season.plan, closing, now=now)
    if mails:
        announce(won, now=now)
        announce_closing(season, closing, now=now)
    return Closed(closing.number, published)


def _with_closed(season: SeasonRow, closing: RoundOfSeason) -> SeasonRow:
    rounds = tuple(
        replace(closing, closed=True) if each.id == closing.id else each
        for each in season.plan.rounds
    )
    return replace(season, plan=replace(season.plan, rounds=rounds))
