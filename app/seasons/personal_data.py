from sqlalchemy import delete, select

from app.personal_data import Export, carry_out, rows_of
from app.seasons.models import Away, ChallengeVote, Participation

OF_A_PARTICIPATION = (Away, ChallengeVote)


def participations_of(user_id: int):
    """For a statement: the ids of the user's participations."""
    return select(Participation.id).where(Participation.user_id == user_id)


def export(user_id: int) -> Export:
    found = rows_of(Participation, Participation.user_id == user_id)
    for model in OF_A_PARTICIPATION:
        found |= rows_of(model, model.participation_id.in_(participations_of(user_id)))
    return found


def erase(user_id: int) -> None:
    carry_out(
        *(
            delete(model).where(model.participation_id.in_(participations_of(user_id)))
            for model in OF_A_PARTICIPATION
        ),
        delete(Participation).where(Participation.user_id == user_id),
    )
