"""Which personal badges somebody has on paper, counted in the plainest way."""

from typing import TYPE_CHECKING

from challenges.badge_rules import (
    Badge,
    BothFigures,
    ChallengeDone,
    DepartmentsBridged,
    KeptInARow,
    QuietMissions,
    TagDone,
    WholeSeason,
)
from challenges.model import Level

if TYPE_CHECKING:
    from tests.app.game.paper import Paper, Player


def badges_of(paper: "Paper", player: "Player") -> frozenset[str]:
    kept = paper.streak(player).settled_longest
    return frozenset(
        badge.slug
        for badge in paper.catalogue.badges
        if not badge.is_team and _has(badge, paper, player, kept)
    )


def _has(badge: Badge, paper: "Paper", player: "Player", kept: int) -> bool:
    deeds = player.standing()
    match badge.rule:
        case KeptInARow(count=count):
            return kept >= count
        case ChallengeDone(challenge=challenge):
            return challenge in [paper.round(deed.number).challenge for deed in deeds]
        case DepartmentsBridged(count=count):
            return len({department for deed in deeds for department in deed.others}) >= count
        case BothFigures(count=count):
            pledged = [player.pledged.get(deed.number) for deed in deeds if deed.noted]
            return sum(expected is not None for expected in pledged) >= count
        case QuietMissions(count=count):
            return [deed.mission.level for deed in deeds].count(Level.QUIET) >= count
        case TagDone(tag=tag):
            return any(tag in deed.mission.tags for deed in deeds)
        case WholeSeason(minimum=minimum):
            return paper.settled and len(deeds) >= minimum and not _left_out(paper, player)
        case _:
            raise AssertionError(f"a kind of badge that the paper does not know: {badge.slug}")


def _left_out(paper: "Paper", player: "Player") -> bool:
    done = {deed.number for deed in player.standing()}
    return any(
        each.number not in done and each.number not in player.away
        for each in paper.rounds
        if each.number >= (player.first or 1)
    )
