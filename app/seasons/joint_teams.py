"""Which small teams play a season as one."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from app.organisation.models import TEAM_NAME_LENGTH
from app.organisation.queries import TeamRow, head_counts, joint_parts, teams
from app.organisation.service import join_teams, part_teams
from app.seasons.queries import get_season
from challenges.league import proposed_joint_teams
from challenges.model import TeamId


@dataclass(frozen=True, slots=True)
class JointTeam:
    """Teams that play, or might play, as one; `heads` is how many people they have together."""

    parts: tuple[TeamId, ...]
    name: str
    heads: int
    is_chosen: bool

    def chosen(self, is_chosen: bool) -> "JointTeam":
        return replace(self, is_chosen=is_chosen)


def joint_teams(season_id: int | None, *, before: datetime) -> list[JointTeam]:
    """Those that the season has, and those that the rule proposes for a week ending at `before`
    from the teams that are left."""
    known = {team.id: team for team in teams()}
    heads = head_counts(before)
    chosen = [tuple(parts) for parts in joint_parts(season_id).values()] if season_id else []
    taken = {part for parts in chosen for part in parts}
    left = {id_: count for id_, count in heads.items() if id_ not in taken}
    proposed = proposed_joint_teams(left, {id_: each.department_id for id_, each in known.items()})
    return [
        JointTeam(
            parts,
            _name([known[id_] for id_ in parts]),
            sum(heads.get(id_, 0) for id_ in parts),
            is_chosen=parts in chosen,
        )
        for parts in (*chosen, *proposed)
    ]


def join_small_teams(season_id: int) -> list[str]:
    """Join the teams that the rule proposes by head count; returns the joint teams' names."""
    first = get_season(season_id).plan.rounds[0]
    found = joint_teams(season_id, before=first.ends_at)
    join_as(season_id, [each.parts for each in found])
    return [each.name for each in found]


def join_as(season_id: int, groups: Collection[Collection[TeamId]]) -> None:
    """Let exactly these groups play as one."""
    part_teams(season_id)
    known = {team.id: team for team in teams()}
    for group in groups:
        join_teams(season_id, _name([known[id_] for id_ in group if id_ in known]), group)


def _name(found: Collection[TeamRow]) -> str:
    name = " + ".join(team.name for team in found)
    return name if len(name) <= TEAM_NAME_LENGTH else f"{name[: TEAM_NAME_LENGTH - 1]}…"
