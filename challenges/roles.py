"""Roles to borrow in a room that feels too large."""

from typing import Annotated, Literal

from pydantic import Field

from challenges.model import Level
from challenges.texts import CardText, Frozen, Sentence, Slug, Title

FEWEST_ROLES = 6
FEWEST_HINTS, MOST_HINTS = 2, 3

RoleIcon = Literal["pot", "pencil", "jar", "sprout", "door", "compass", "rings", "bell"]


class Role(Frozen):
    """What one does in it, a few lines to say, and when it may be put down again."""

    slug: Slug
    level: Level
    icon: RoleIcon
    name: Title
    about: Sentence
    does: Annotated[tuple[Sentence, ...], Field(min_length=FEWEST_HINTS, max_length=MOST_HINTS)]
    lines: Annotated[tuple[CardText, ...], Field(min_length=FEWEST_HINTS, max_length=MOST_HINTS)]
    until: Sentence


class Roles(Frozen):
    roles: Annotated[tuple[Role, ...], Field(min_length=FEWEST_ROLES)]
