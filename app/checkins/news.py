"""What stands above the week's round: the ceremony of a closing, a vote, a rest week."""

from dataclasses import dataclass
from datetime import datetime

from app.league.queries import Headlines, headlines
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from app.seasons.votes import find_vote
from challenges.calendar import next_round, week_round
from challenges.catalogue import Catalogue, Challenge
from challenges.model import Round
from challenges.voting import DECIDED_BEFORE, open_vote


@dataclass(frozen=True, slots=True)
class Vote:
    """An open vote: its two challenges, and the slug of the participant's own choice so far."""

    round: Round
    challenges: tuple[Challenge, Challenge]
    ends_at: datetime
    chosen: str | None


@dataclass(frozen=True, slots=True)
class WeekNews:
    """`resting_until` is the next round while the present week has none."""

    ceremony: Headlines | None
    vote: Vote | None
    resting_until: Round | None


def week_news(
    season: SeasonRow, participation: Participation, catalogue: Catalogue, *, now: datetime
) -> WeekNews:
    ceremony = _ceremony(season, participation)
    return WeekNews(
        ceremony=ceremony,
        # One thing at a time.
        vote=None if ceremony else _vote(season, participation, catalogue, now),
        resting_until=None if week_round(season.plan, now) else next_round(season.plan, now),
    )


def _ceremony(season: SeasonRow, participation: Participation) -> Headlines | None:
    """On every visit after a closing until she waves it off; not for rounds that are not hers."""
    last = season.last_closed
    if last is None or last.number <= participation.ceremony_seen:
        return None
    left_from = participation.left_from or last.number + 1
    if not participation.first_round <= last.number < left_from:
        return None
    return headlines(season, last, participation.user_id, before=last.ends_at)


def _vote(
    season: SeasonRow, participation: Participation, catalogue: Catalogue, now: datetime
) -> Vote | None:
    voted = open_vote(season.plan)
    if voted is None or voted.alternative is None or participation.left_from is not None:
        return None
    if now >= voted.starts_at:
        return None
    deciding = season.plan.rounds[voted.number - DECIDED_BEFORE - 1]
    return Vote(
        round=voted,
        challenges=(catalogue.challenge(voted.challenge), catalogue.challenge(voted.alternative)),
        ends_at=deciding.closes_at,
        chosen=find_vote(voted.id, participation.id),
    )
