"""What the game refuses, as exceptions whose message a page can show."""

from datetime import datetime


class RuleBroken(Exception):
    """A rule of the game says no; `key` names the sentence that tells the player."""

    key = "rule-broken"


class NoRunningSeason(RuleBroken):
    key = "no-running-season"


class NotJoined(RuleBroken):
    key = "not-joined"


class AlreadyJoined(RuleBroken):
    key = "already-joined"


class RoundNotOpen(RuleBroken):
    """The round has not begun, or nothing can be booked for it any more."""

    key = "round-not-open"


class RoundClosed(RuleBroken):
    """The booking round has closed, so what was booked there stands."""

    key = "round-closed"


class RoundIsClosing(RuleBroken):
    """A closing is due and not done, and this would change what it says of the time before."""

    key = "round-is-closing"


class BeforeJoining(RuleBroken):
    key = "before-joining"


class AlreadyCheckedIn(RuleBroken):
    key = "already-checked-in"


class NotCheckedIn(RuleBroken):
    key = "not-checked-in"


class UnknownMission(RuleBroken):
    key = "unknown-mission"


class ValueOutOfRange(RuleBroken):
    key = "value-out-of-range"


class NothingToClose(RuleBroken):
    key = "nothing-to-close"


class EarlyCloseRefused(RuleBroken):
    """Outside the demo a round closes on Monday at noon and never before."""

    key = "early-close-refused"


class NotAMonday(RuleBroken):
    key = "not-a-monday"


class NoTeam(RuleBroken):
    """Nobody plays without a team; the programme lead adds people to theirs."""

    key = "no-team"


class UnknownDepartment(RuleBroken):
    key = "unknown-department"


class NotAJointTeam(RuleBroken):
    """Fewer than two teams, a team in two joint ones, or a name that is taken."""

    key = "not-a-joint-team"


class PulseClosed(RuleBroken):
    """The questions are asked before the season's first table and after its last one."""

    key = "pulse-closed"


class NoVote(RuleBroken):
    """No vote is open for that round, or the challenge does not stand in it."""

    key = "no-vote"


class NothingToPlay(RuleBroken):
    """A season without a challenge, with one twice, or with one that nobody knows."""

    key = "nothing-to-play"


class PlanOutdated(RuleBroken):
    """The plan is another one by now than whoever asks has seen."""

    key = "plan-outdated"


class SeasonsOverlap(RuleBroken):
    """Another season runs meanwhile; it is settled a week after its last closing."""

    key = "seasons-overlap"

    def __init__(self, name: str, starts_at: datetime, until: datetime) -> None:
        super().__init__(f"{name} from {starts_at:%Y-%m-%d} to {until:%Y-%m-%d}")
        self.name, self.starts_at, self.until = name, starts_at, until


class AlreadyPlanned(RuleBroken):
    """The next season is planned already; it is changed rather than planned again."""

    key = "already-planned"


class StartIsPast(RuleBroken):
    key = "start-is-past"


class SeasonHasBegun(RuleBroken):
    """A season that has begun is not taken away; it can be ended."""

    key = "season-has-begun"


class NothingToEnd(RuleBroken):
    """The season has not begun, or its last round has."""

    key = "nothing-to-end"
