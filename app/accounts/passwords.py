"""Passwords: Argon2id, at least twelve characters, none of the common ones."""

import string
import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 256
COMMON = frozenset(
    (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split()
)

# What is left of a password without the digits and signs around it, and is a word by itself.
SHORTEST_WORD = 5
AROUND_WORDS = string.digits + string.punctuation + string.whitespace
COMMON_WORDS = frozenset(
    word for each in COMMON if len(word := each.strip(AROUND_WORDS)) >= SHORTEST_WORD
)

_hasher = PasswordHasher()
# Verified for unknown addresses, so that they cost as much time as known ones: the hash of a random
# password that was thrown away. Making one costs a start a quarter of a second and 64 MiB.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$07ORMgEXUemS9Ixx4v0SSQ"
    "$7E6BDhFSCxQ+gHfR1e2nwxKjBi2I6vobCZ3OebtyXbQ"
)


# Instead of a hash, for whoever comes in another way, as by the demo's one click.
NO_PASSWORD = "*"  # noqa: S105 - no password hashes to it


class PasswordRefused(Exception):
    """`reason` is one of "short", "long" and "common"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def hash_password(password: str) -> str:
    if len(password) < SHORTEST:
        raise PasswordRefused("short")
    if len(password) > LONGEST:
        raise PasswordRefused("long")
    if is_common(password):
        raise PasswordRefused("common")
    return _hasher.hash(_spelled_one_way(password))


def is_common(password: str) -> bool:
    """On the list, or a word of it with other digits and signs around: Sommaren2027! is no better
    than sommaren2026."""
    lower = password.lower()
    return lower in COMMON or lower.strip(AROUND_WORDS) in COMMON_WORDS


def is_password_right(password_hash: str | None, password: str) -> bool:
    known = None if password_hash == NO_PASSWORD else password_hash
    try:
        _hasher.verify(known or NOBODYS_HASH, _spelled_one_way(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(known)


def _spelled_one_way(password: str) -> str:
    """Keyboards differ in whether an å is one sign or two; the password is the same."""
    return unicodedata.normalize("NFC", password)
