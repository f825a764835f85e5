from datetime import datetime

from sqlalchemy import delete

from app.dashboard.models import DashboardView
from app.personal_data import Export, carry_out, rows_of
from app.retention import VIEWS_KEPT


def export(user_id: int) -> Export:
    return rows_of(DashboardView, DashboardView.user_id == user_id)


def erase(user_id: int) -> None:
    carry_out(delete(DashboardView).where(DashboardView.user_id == user_id))


def forget(*, now: datetime) -> None:
    carry_out(delete(DashboardView).where(DashboardView.seen_on <= (now - VIEWS_KEPT).date()))
