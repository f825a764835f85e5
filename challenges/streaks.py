"""Streaks count rounds, not days, within one participation."""

from dataclasses import dataclass
from enum import StrEnum

from challenges.calendar import is_in_time, is_rescue_over, rescue_deadline
from challenges.model import History, Round, Season

GRACE_AT_START = 1
GRACE_HELD_AT_MOST = 2
KEPT_ROUNDS_PER_GRACE = 4


class Outcome(StrEnum):
    """How a round stands in a streak."""

    KEPT = "kept"
    RESCUED = "rescued"
    AWAY = "away"
    OPEN = "open"
    PENDING = "pending"
    GRACE = "grace"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Streak:
    """`current` bridges pending and open rounds for display; `settled_longest`, which badges read,
    does not, so that no closing alone ever lowers it."""

    current: int = 0
    longest: int = 0
    settled_longest: int = 0
    grace_held: int = GRACE_AT_START
    grace_spent: int = 0
    outcomes: tuple[tuple[int, Outcome], ...] = ()


def streak(season: Season, history: History) -> Streak:
    """The streak as the closed rounds and the standing check-ins make it."""
    run = settled_run = longest = settled_longest = kept = spent = 0
    grace = GRACE_AT_START
    outcomes: list[tuple[int, Outcome]] = []
    for each in season.rounds:
        if not history.covers(each.number):
            continue
        outcome = _before_grace(season, history, each)
        if outcome in (Outcome.KEPT, Outcome.RESCUED):
            run, settled_run, kept = run + 1, settled_run + 1, kept + 1
            if kept % KEPT_ROUNDS_PER_GRACE == 0:
                grace = min(grace + 1, GRACE_HELD_AT_MOST)
        elif outcome in (Outcome.PENDING, Outcome.OPEN):
            settled_run = 0
        elif outcome is Outcome.MISSED:
            if run and grace:
                outcome, grace, spent = Outcome.GRACE, grace - 1, spent + 1
            else:
                run = settled_run = spent = 0
        longest, settled_longest = max(longest, run), max(settled_longest, settled_run)
        outcomes.append((each.number, outcome))
    return Streak(run, longest, settled_longest, grace, spent, tuple(outcomes))


def _before_grace(season: Season, history: History, challenge_round: Round) -> Outcome:
    done = history.done.get(challenge_round.number)
    if done is not None and is_in_time(challenge_round, done.received_at):
        return Outcome.KEPT
    if done is not None and done.received_at < rescue_deadline(season, challenge_round):
        return Outcome.RESCUED
    if challenge_round.number in history.away:
        return Outcome.AWAY
    if not challenge_round.closed:
        return Outcome.OPEN
    return Outcome.MISSED if is_rescue_over(season, challenge_round) else Outcome.PENDING
