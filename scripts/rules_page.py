"""Writes docs/rules.md: the game explained to a player, with the numbers that the rules use."""

import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from challenges import calendar, league, points, streaks  # noqa: E402 - from the project's folder
from challenges.badge_rules import (  # noqa: E402
    BothFigures,
    DepartmentsBridged,
    KeptInARow,
    QuietMissions,
    TeamCheckIns,
    WholeSeason,
)
from challenges.catalogue import Catalogue, load_catalogue  # noqa: E402
from challenges.model import DISCOMFORT  # noqa: E402

TEXT = ROOT / "scripts" / "rules.md.in"
PAGE = ROOT / "docs" / "rules.md"
WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 7: "seven", 9: "nine", 10: "ten"}
ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
COUNTED = (KeptInARow, DepartmentsBridged, BothFigures, QuietMissions, TeamCheckIns)


def page() -> str:
    """The page as the rules of today make it."""
    catalogue = load_catalogue()
    return Template(TEXT.read_text(encoding="utf-8")).substitute(
        rounds=_word(len(catalogue.challenges)),
        noon=f"{calendar.CLOSING_TIME:%H:%M}",
        least=DISCOMFORT.start,
        most=DISCOMFORT.stop - 1,
        check_in=points.CHECK_IN,
        bridge=points.BRIDGE,
        catch_up=points.CATCH_UP,
        last_days=_word(calendar.LAST_CATCH_UP.days),
        grace_start=_word(streaks.GRACE_AT_START),
        grace_every=ORDINALS[streaks.KEPT_ROUNDS_PER_GRACE],
        grace_most=_word(streaks.GRACE_HELD_AT_MOST),
        kept=_counts(catalogue, KeptInARow),
        whole=_word(_whole_season(catalogue)),
        bridged=_counts(catalogue, DepartmentsBridged),
        noticed=_counts(catalogue, BothFigures),
        quiet=_counts(catalogue, QuietMissions),
        team=_counts(catalogue, TeamCheckIns),
        colleagues=_word(league.AVERAGE_COLLEAGUES),
        ranked=_word(league.PARTICIPANTS_TO_BE_RANKED),
        heads=_word(league.HEADS_OF_A_TEAM_OF_ITS_OWN),
        shown=_word(league.CHECK_INS_TO_BE_SHOWN),
    )


def _word(number: int) -> str:
    return WORDS.get(number, str(number))


def _counts(catalogue: Catalogue, kind: type) -> str:
    """The counts of the badges with that kind of rule: "3, 5 or 9"."""
    counts = [
        str(badge.rule.count)
        for badge in catalogue.badges
        if isinstance(badge.rule, COUNTED) and isinstance(badge.rule, kind)
    ]
    *first, last = counts
    return f"{', '.join(first)} or {last}" if first else last


def _whole_season(catalogue: Catalogue) -> int:
    return next(
        badge.rule.minimum for badge in catalogue.badges if isinstance(badge.rule, WholeSeason)
    )


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
