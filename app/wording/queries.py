from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from sqlalchemy import func, select

from app.database import db
from app.wording.models import ChallengeText, OwnChallenge
from challenges.catalogue import Catalogue, Challenge
from challenges.wording import Words, blank_challenge, told, words_of

# For a statement that is asked anyhow: which state of the organisation's texts is in use.
VERSION = select(func.coalesce(func.sum(ChallengeText.stamp), 0)).scalar_subquery()
# Likewise: when they were last changed.
WORDED_AT = select(func.max(ChallengeText.saved_at)).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Change:
    """One text that a version changed."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """`words` is the whole text as it was then; `is_original` where nothing of it is our own."""

    id: int
    language: str
    saved_at: datetime
    is_original: bool
    is_in_use: bool
    changes: tuple[Change, ...]


def text_version() -> int:
    return db.session.scalar(select(VERSION)) or 0


def own_catalogue(shipped: Catalogue) -> tuple[int, Catalogue]:
    """The shipped content in the organisation's words, its own challenges after it, and which
    version that is."""
    rows = db.session.execute(
        select(
            ChallengeText.challenge,
            ChallengeText.language,
            ChallengeText.words,
            ChallengeText.stamp,
        ).order_by(ChallengeText.id)
    ).all()
    if not rows:
        return 0, shipped
    words: dict[str, dict[str, Words]] = defaultdict(dict)
    for challenge, language, own, _stamp in rows:
        words[challenge][language] = own
    challenges = tuple(
        told(each, words[each.slug]) if each.slug in words else each
        for each in (*shipped.challenges, *own_frames())
    )
    return sum(row.stamp for row in rows), replace(shipped, challenges=challenges)


def own_frames() -> list[Challenge]:
    """The organisation's own challenges, still without their words."""
    ids = db.session.scalars(select(OwnChallenge.id).order_by(OwnChallenge.id))
    return [blank_challenge(id_) for id_ in ids]


def versions(challenge: Challenge) -> list[Version]:
    """How the challenge has been worded, the newest first; `challenge` is it as shipped, or the
    frame of an own one."""
    rows = db.session.scalars(
        select(ChallengeText)
        .where(ChallengeText.challenge == challenge.slug)
        .order_by(ChallengeText.id)
    ).all()
    found: list[Version] = []
    for language in sorted({row.language for row in rows}):
        own = [row for row in rows if row.language == language]
        given = words_of(challenge, language)
        # An old row may hold keys of a challenge as it was shipped before.
        texts = [given]
        texts += [{key: row.words.get(key, text) for key, text in given.items()} for row in own]
        found += [
            Version(
                row.id,
                language,
                row.saved_at,
                is_original=not row.words,
                is_in_use=row is own[-1],
                changes=_changes(before, after),
            )
            for row, (before, after) in zip(own, pairwise(texts), strict=True)
        ]
    return sorted(found, key=lambda each: each.id, reverse=True)


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(
        Change(key, text, after[key]) for key, text in before.items() if after.get(key) != text
    )
