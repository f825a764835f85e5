"""An organisation's own words for a challenge, and challenges of its own."""

from collections.abc import Mapping
from datetime import datetime
from secrets import randbelow

from sqlalchemy import select

from app.database import db, one_at_a_time
from app.wording.models import ChallengeText, OwnChallenge
from challenges.catalogue import Challenge
from challenges.wording import (
    LANGUAGES,
    Words,
    blank_challenge,
    own_words,
    texts_of,
    with_words,
    words_of,
)

STAMPS = 2**31 - 1
# Beside tokens.ISSUING and joining.OPENING.
ADDING = 3
# What is written before there is a row; its slugs are never stored.
NEW = blank_challenge(0)


class UnknownVersion(LookupError):
    """No such version of that challenge."""


def word_challenge(challenge: Challenge, words: Mapping[str, Words], *, now: datetime) -> bool:
    """Tell the challenge, given as it was shipped or as its frame, in these words from now on.

    Languages without a change keep their version; returns whether anything changed. Raises
    WordsRefused.
    """
    told = with_words(challenge, words)
    current = _newest(challenge.slug)
    changed = {
        language: own
        for language in LANGUAGES
        if (own := own_words(challenge, language, words_of(told, language)))
        != current.get(language, {})
    }
    for language, own in changed.items():
        _add(challenge.slug, language, own, now)
    db.session.flush()
    return bool(changed)


def word_as_shipped(challenge: Challenge, *, now: datetime) -> bool:
    """The way back: both languages as they were shipped. What was our own stays in the history.
    Returns whether anything was."""
    changed = [language for language, own in _newest(challenge.slug).items() if own]
    for language in changed:
        _add(challenge.slug, language, {}, now)
    db.session.flush()
    return bool(changed)


def word_as_in(challenge: Challenge, version_id: int, *, now: datetime) -> bool:
    """Take up an earlier version again, in its own language; returns whether it was not in use.

    Raises WordsRefused where it fits no longer, UnknownVersion where it is no version of this.
    """
    row = db.session.get(ChallengeText, version_id)
    if row is None or row.challenge != challenge.slug:
        raise UnknownVersion
    current = _newest(challenge.slug)
    with_words(challenge, current | {row.language: row.words})
    if current[row.language] == row.words:
        return False
    _add(challenge.slug, row.language, row.words, now)
    db.session.flush()
    return True


def add_challenge(words: Mapping[str, Words], *, now: datetime) -> tuple[Challenge, bool]:
    """A challenge of the organisation's own, in the words of NEW, and whether it is new. In words
    that one of them has already, it is that one: a form sent twice adds none.

    Raises WordsRefused.
    """
    told = with_words(NEW, words)
    one_at_a_time(ADDING)
    for id_ in db.session.scalars(select(OwnChallenge.id)):
        if _newest(blank_challenge(id_).slug) == _texts_by_key(blank_challenge(id_), told):
            return blank_challenge(id_), False
    row = OwnChallenge(created_at=now)
    db.session.add(row)
    db.session.flush()
    frame = blank_challenge(row.id)
    for language, texts in _texts_by_key(frame, told).items():
        _add(frame.slug, language, texts, now)
    db.session.flush()
    return frame, True


def _texts_by_key(frame: Challenge, told: Challenge) -> dict[str, dict[str, str]]:
    """What is told by language, under the frame's own keys."""
    keys = [key for key, _text in texts_of(frame)]
    return {
        language: dict(zip(keys, words_of(told, language).values(), strict=True))
        for language in LANGUAGES
    }


def _newest(challenge: str) -> dict[str, dict[str, str]]:
    rows = db.session.execute(
        select(ChallengeText.language, ChallengeText.words)
        .where(ChallengeText.challenge == challenge)
        .order_by(ChallengeText.id)
    )
    return {language: words for language, words in rows}


def _add(challenge: str, language: str, words: Words, now: datetime) -> None:
    db.session.add(
        ChallengeText(
            challenge=challenge,
            language=language,
            words=dict(words),
            saved_at=now,
            stamp=1 + randbelow(STAMPS),
        )
    )
