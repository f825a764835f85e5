"""Passwords: Argon2id, at least twelve characters, none of the common ones."""

import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 256
COMMON = frozenset(
    (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split()
)

_hasher = PasswordHasher()
# Verified for unknown addresses, so that they cost as much time as known ones: the hash of a random
# password that was thrown away. Making one costs a start a quarter of a second and 64 MiB.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$07ORMgEXUemS9Ixx4v0SSQ"
    "$7E6BDhFSCxQ+gHfR1e2nwxKjBi2I6vobCZ3OebtyXbQ"
)


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
    if password.lower() in COMMON:
        raise PasswordRefused("common")
    return _hasher.hash(_spelled_one_way(password))


def is_password_right(password_hash: str | None, password: str) -> bool:
    try:
        _hasher.verify(password_hash or NOBODYS_HASH, _spelled_one_way(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def _spelled_one_way(password: str) -> str:
    """Keyboards differ in whether an å is one sign or two; the password is the same."""
    return unicodedata.normalize("NFC", password)
