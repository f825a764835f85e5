from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime
from challenges.texts import SLUG_LIMIT


class ChallengeText(Model):
    """How the organisation words a challenge in one language: the newest row is in use, the others
    are its history. `words` holds what differs from the challenge's own, so an empty one is the way
    back. `stamp` is random: their sum tells every state of the table from any other, in whichever
    order rows were committed, and also after a backup was restored.
    """

    __tablename__ = "challenge_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge: Mapped[str] = mapped_column(String(SLUG_LIMIT))
    language: Mapped[str] = mapped_column(String(2))
    words: Mapped[dict[str, str]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stamp: Mapped[int]


class OwnChallenge(Model):
    """A challenge that the organisation has added; its words are ChallengeText."""

    __tablename__ = "own_challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
