"""How coarsely a mean of what people felt may be told, so that it says nothing of any of them.

It is told in steps as wide as what one person can move the mean of the fewest, and once told it
stays until it has moved further than any one person could have moved it. It stops short of the
scale's ends, where it would say of everybody that she was near them.
"""

from dataclasses import dataclass

FEWEST_PEOPLE = 20
# How many more must have been able to: else "at least twenty" says of somebody that she was one of
# them, to two who know it of themselves.
TO_SPARE = 3
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """What one may answer, `lowest` to `highest`, and what is told of the mean, in tenths: every
    `step` from `bottom` ("or less") to `top` ("or more")."""

    lowest: int
    highest: int
    step: int
    bottom: int
    top: int

    @property
    def answers(self) -> range:
        return range(self.lowest, self.highest + 1)


DISCOMFORT = Scale(0, 10, step=5, bottom=20, top=80)
FIVE_STEPS = Scale(1, 5, step=2, bottom=18, top=42)


def may_be_told(people: int, possible: int) -> bool:
    """`people` gave a figure, `possible` could have, as far as everybody knows."""
    return people >= FEWEST_PEOPLE and possible >= FEWEST_PEOPLE + TO_SPARE


def told_mean(total: int, people: int, scale: Scale, before: int | None = None) -> int:
    """The mean in tenths, as it is told; `before` is what was told last, if anything was."""
    if before is not None and _stays(total, people, scale, before):
        return before
    nearest = (2 * TENTHS * total + scale.step * people) // (2 * scale.step * people) * scale.step
    return max(scale.bottom, min(scale.top, nearest))


def _stays(total: int, people: int, scale: Scale, before: int) -> bool:
    """Whether a single person could make the difference between the last mean and this one."""
    away = abs(TENTHS * total - before * people)
    one_person = TENTHS * (scale.highest - scale.lowest)
    return 2 * away <= scale.step * people + 2 * one_person
