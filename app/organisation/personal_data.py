from sqlalchemy import delete

from app.organisation.models import DepartmentManager, Employment, Membership, TeamManager
from app.personal_data import Export, carry_out, rows_of

OF_A_USER = (Membership, TeamManager, DepartmentManager, Employment)


def export(user_id: int) -> Export:
    found: Export = {}
    for model in OF_A_USER:
        found |= rows_of(model, model.user_id == user_id)
    return found


def erase(user_id: int) -> None:
    carry_out(*(delete(model).where(model.user_id == user_id) for model in OF_A_USER))
