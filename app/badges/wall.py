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
class OwnTeam:
    """The viewer's team as its closed rounds left it: `won` maps its badges to the numbers of their
    rounds; `record` is None while nothing may be told of how far it is."""

    won: Mapping[str, int]
    record: badges.TeamRecord | None


@dataclass(frozen=True, slots=True)
class Pin:
    """`award` is set when the person has earned the badge, `team_round` when her team has;
    `progress` while a season is joined, or the team's published rounds tell how far it is."""

    badge: Badge
    award: AwardRow | None
    team_round: int | None
    progress: badges.Progress | None

    @property
    def is_earned(self) -> bool:
        return self.award is not None or self.team_round is not None


def wall(
    user_id: int,
    season: SeasonRow | None,
    participation: Participation | None,
    team: OwnTeam | None,
    catalogue: Catalogue,
) -> tuple[Pin, ...]:
    """Every badge in the catalogue's order."""
    awards = awards_of(user_id)
    how_far = _personal_progress(season, participation, catalogue)
    return tuple(
        Pin(
            badge=badge,
            award=awards.get(badge.slug),
            team_round=team.won.get(badge.slug) if team else None,
            progress=_team_progress(badge, team) if badge.is_team else how_far.get(badge.slug),
        )
        for badge in catalogue.badges
    )


def _team_progress(badge: Badge, team: OwnTeam | None) -> badges.Progress | None:
    return badges.team_progress(badge, team.record) if team and team.record else None


def _personal_progress(
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
