"""The vote between two challenges for one late round.

The winner is played in that round and the other one in its place later, so that none gets lost.
"""

from collections.abc import Mapping

from challenges.model import Round, Season

ROUNDS_FOR_A_VOTE = 5
OPENS_BEFORE = 3
DECIDED_BEFORE = 2


def voting_round(challenges: int) -> int | None:
    """The number of the round that a season of so many challenges votes about: the last but one."""
    return challenges - 1 if challenges >= ROUNDS_FOR_A_VOTE else None


def open_vote(season: Season) -> Round | None:
    """The round that is voted about now; closings alone open and end a vote, a week before its
    round begins."""
    return next((each for each in season.rounds if _is_open(season, each)), None)


def decided_by_closing(season: Season, closing: Round) -> Round | None:
    """The round whose vote ends with that closing."""
    voted = season.round(closing.number + DECIDED_BEFORE)
    return voted if voted is not None and voted.alternative is not None else None


def winner(voted: Round, votes: Mapping[str, int]) -> str:
    """The challenge with more votes; the planned one when there are as many for both."""
    if voted.alternative is None:
        return voted.challenge
    is_preferred = votes.get(voted.alternative, 0) > votes.get(voted.challenge, 0)
    return voted.alternative if is_preferred else voted.challenge


def has_vote_opened(season: Season, voted: Round) -> bool:
    opening = season.round(voted.number - OPENS_BEFORE)
    return opening is None or opening.closed


def undecided(season: Season) -> frozenset[str]:
    """The two challenges of which a vote still has to say which comes first."""
    return frozenset(
        challenge
        for voted in season.rounds
        if voted.alternative is not None and not _is_decided(season, voted)
        for challenge in (voted.challenge, voted.alternative)
    )


def _is_open(season: Season, voted: Round) -> bool:
    if voted.alternative is None:
        return False
    return has_vote_opened(season, voted) and not _is_decided(season, voted)


def _is_decided(season: Season, voted: Round) -> bool:
    deciding = season.round(voted.number - DECIDED_BEFORE)
    return deciding is None or deciding.closed
