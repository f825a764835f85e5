"""The vote between two challenges for one late round."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select, update

from app.database import db
from app.seasons.models import ChallengeVote, Round, Season
from app.seasons.service import hold_current_season
from challenges import model
from challenges.errors import NoVote
from challenges.voting import decided_by_closing, open_vote, winner


def vote(user_id: int, number: int, challenge: str, *, now: datetime) -> None:
    """Vote in the open vote about that round; a later vote replaces an earlier one."""
    season, participation = hold_current_season(user_id)
    voted = open_vote(season.plan)
    if voted is None or voted.number != number or now >= voted.starts_at:
        raise NoVote
    if challenge not in (voted.challenge, voted.alternative) or participation.left_from is not None:
        raise NoVote
    cast = db.session.get(ChallengeVote, (voted.id, participation.id))
    if cast is None:
        cast = ChallengeVote(round_id=voted.id, participation_id=participation.id)
        db.session.add(cast)
    cast.challenge, cast.cast_at = challenge, now
    db.session.flush()


def find_vote(round_id: int, participation_id: int) -> str | None:
    cast = db.session.get(ChallengeVote, (round_id, participation_id))
    return cast.challenge if cast else None


def decide_vote(season: model.Season, closing: model.Round, *, now: datetime) -> None:
    """At the closing that ends a vote: the winner is played first, the other in its place.

    Where the closing came so late that the round has begun, it stays as it was planned.
    """
    voted = decided_by_closing(season, closing)
    if voted is None or voted.alternative is None or now >= voted.starts_at:
        return
    of_season = select(Round.season_id).where(Round.id == voted.id).scalar_subquery()
    db.session.execute(update(Season).where(Season.id == of_season).values(replanned_at=now))
    votes: Counter[str] = Counter()
    votes.update(
        dict(
            db.session.execute(
                select(ChallengeVote.challenge, func.count())
                .where(
                    ChallengeVote.round_id == voted.id, ChallengeVote.cast_at < closing.closes_at
                )
                .group_by(ChallengeVote.challenge)
            ).all()
        )
    )
    if winner(voted, votes) == voted.challenge:
        return
    later = next(
        (
            each
            for each in season.rounds
            if each.number > voted.number and each.challenge == voted.alternative
        ),
        None,
    )
    _set(voted.id, challenge=voted.alternative, alternative=voted.challenge)
    if later is not None:
        _set(later.id, challenge=voted.challenge)


def _set(round_id: int, **values: str) -> None:
    db.session.execute(update(Round).where(Round.id == round_id).values(**values))
