"""Counting the answers of a pulse, and publishing it once."""

from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.pulse.models import PulseResult, PulseSeen, PulseTally
from app.pulse.queries import pulse_results
from app.seasons.queries import count_participants
from app.seasons.service import hold_current_season
from challenges.errors import PulseClosed
from challenges.means import FIVE_STEPS, may_be_told, told_mean
from challenges.pulse import Moment, open_moment


def answer(user_id: int, moment: Moment, answers: Mapping[str, int]) -> bool:
    """Count the answers by question, none if she declines; False if she had done either before.

    Who she is and what she said are written in two places that nothing ties together.
    """
    season, participation = hold_current_season(user_id)
    if open_moment(season.plan) is not moment or participation.left_from is not None:
        raise PulseClosed
    try:
        with db.session.begin_nested():
            db.session.add(PulseSeen(user_id=user_id, season_id=season.id, moment=moment.value))
    except IntegrityError:
        return False
    if answers:
        tally = _held_tally(season.id, moment)
        tally.counts = tally.counts | {
            question: _counted(tally.counts.get(question), value)
            for question, value in answers.items()
        }
    db.session.flush()
    return True


def publish(season_id: int, moment: Moment) -> None:
    """Tell of each question what may be told; then neither the counts nor who was asked is kept."""
    possible = count_participants(season_id)
    tally = db.session.get(PulseTally, (season_id, moment.value), populate_existing=True)
    before = pulse_results(season_id)[Moment.BEFORE]
    for question, counts in tally.counts.items() if tally else ():
        people = sum(counts)
        if may_be_told(people, possible):
            total = sum(
                value * count for value, count in zip(FIVE_STEPS.answers, counts, strict=True)
            )
            db.session.add(
                PulseResult(
                    season_id=season_id,
                    moment=moment.value,
                    question=question,
                    mean=told_mean(total, people, FIVE_STEPS, before.get(question)),
                )
            )
    for model in (PulseTally, PulseSeen):
        db.session.execute(
            delete(model).where(model.season_id == season_id, model.moment == moment.value)
        )
    db.session.flush()


def _held_tally(season_id: int, moment: Moment) -> PulseTally:
    """The counts, which nobody else moves meanwhile."""
    key = (season_id, moment.value)
    if tally := _find_held(key):
        return tally
    try:
        with db.session.begin_nested():
            tally = PulseTally(season_id=season_id, moment=moment.value, counts={})
            db.session.add(tally)
    except IntegrityError:
        # Two were the first at once.
        found = _find_held(key)
        assert found is not None  # noqa: S101 - the other one wrote it
        return found
    return tally


def _find_held(key: tuple[int, str]) -> PulseTally | None:
    return db.session.get(PulseTally, key, populate_existing=True, with_for_update=True)


def _counted(counts: list[int] | None, value: int) -> list[int]:
    counts = counts or [0] * len(FIVE_STEPS.answers)
    return [count + (each == value) for each, count in zip(FIVE_STEPS.answers, counts, strict=True)]
