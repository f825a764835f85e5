"""The wall of badges: every pin, whether it is earned, why, and what remains."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.badges.queries import AwardRow, awards_of
from app.history.own import history_of
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from challenges import badges
from challenges.catalogue import Badge, Catalogue
from challenges.streaks import streak


@dataclass(frozen=True, slots=True)
class Pin:
    """`award` is set when the badge is earned; `progress` while a season is joined and the badge
    is a person's."""

    badge: Badge
    award: AwardRow | None
    progress: badges.Progress | None


def wall(
    user_id: int,
    season: SeasonRow | None,
    participation: Participation | None,
    catalogue: Catalogue,
) -> tuple[Pin, ...]:
    """Every badge in the catalogue's order."""
    awards = awards_of(user_id)
    how_far = _progress(season, participation, catalogue)
    return tuple(
        Pin(badge, awards.get(badge.slug), how_far.get(badge.slug)) for badge in catalogue.badges
    )


def _progress(
    season: SeasonRow | None, participation: Participation | None, catalogue: Catalogue
) -> Mapping[str, badges.Progress | None]:
    if season is None or participation is None:
        return {}
    history = history_of(participation.id, catalogue)
    result = streak(season.plan, history)
    return {
        badge.slug: badges.progress(badge, season.plan, history, result)
        for badge in catalogue.badges
    }
