from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime

JOB_LENGTH = 20
PERIOD_LENGTH = 20
ERROR_LENGTH = 200


class JobRun(Model):
    """One job's work for one period. Without `started_at` a lead has asked for it again and no
    worker has taken it yet. `alive_at` is when its worker last gave a sign of life; `tries` counts
    how often it was taken."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(JOB_LENGTH))
    period: Mapped[str] = mapped_column(String(PERIOD_LENGTH))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    alive_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(ERROR_LENGTH))
    tries: Mapped[int] = mapped_column(default=0)
