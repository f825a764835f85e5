"""The order in which one looks for a name: without regard to case, and å, ä, ö after z.

Databases do not agree on it, and SQLite knows only bytes.
"""

import unicodedata
from functools import lru_cache

_LAST = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})


@lru_cache(4096)
def in_order(name: str) -> str:
    """The key that sorts a name; other accents count as the bare letter."""
    letters = unicodedata.normalize("NFD", name.casefold().translate(_LAST))
    return "".join(each for each in letters if not unicodedata.combining(each))
