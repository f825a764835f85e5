"""What sums betray: intervals narrowed until nothing moves, and elimination of exact ones."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Sum:
    """The parts with these indices add up to something from `low` to `high`."""

    parts: tuple[int, ...]
    low: int
    high: int


class Contradiction(Exception):
    """No reality fits what is known: the attacker believes something that is not so."""


def narrowed(sizes: Sequence[int], sums: Sequence[Sum]) -> list[tuple[int, int]]:
    """The least and the most that each part can be, given that part i is from 0 to `sizes[i]`."""
    low, high = [0] * len(sizes), list(sizes)
    touching: list[list[int]] = [[] for _ in sizes]
    for number, each in enumerate(sums):
        for part in each.parts:
            touching[part].append(number)
    # First come, first served: a sum of everybody is looked at once a sweep.
    waiting = deque(range(len(sums)))
    queued = set(waiting)
    while waiting:
        number = waiting.popleft()
        queued.discard(number)
        each = sums[number]
        least, most = sum(low[part] for part in each.parts), sum(high[part] for part in each.parts)
        if least > each.high or most < each.low:
            raise Contradiction
        for part in each.parts:
            new_low = max(low[part], each.low - (most - high[part]))
            new_high = min(high[part], each.high - (least - low[part]))
            if (new_low, new_high) != (low[part], high[part]):
                least, most = least + new_low - low[part], most + new_high - high[part]
                low[part], high[part] = new_low, new_high
                for other in touching[part]:
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)
    return list(zip(low, high, strict=True))


def solved(count: int, sums: Sequence[Sum]) -> dict[int, Fraction]:
    """The parts that the exact sums alone fix, by Gauss and Jordan's elimination."""
    rows: dict[int, dict[int, Fraction]] = {}
    for each in sums:
        if each.low != each.high:
            continue
        row = {part: Fraction(1) for part in each.parts}
        row[count] = Fraction(each.low)
        for pivot in [part for part in row if part in rows]:
            _subtract(row, rows[pivot], row[pivot])
        pivot = min((part for part in row if part != count), default=None)
        if pivot is None:
            if row.get(count):
                raise Contradiction
            continue
        scale = row[pivot]
        row = {part: value / scale for part, value in row.items()}
        for other in rows.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        rows[pivot] = row
    return {
        pivot: row.get(count, Fraction(0))
        for pivot, row in rows.items()
        if not set(row) - {pivot, count}
    }


def _subtract(row: dict[int, Fraction], other: dict[int, Fraction], times: Fraction) -> None:
    for part, value in other.items():
        left = row.get(part, Fraction(0)) - times * value
        if left:
            row[part] = left
        else:
            row.pop(part, None)
