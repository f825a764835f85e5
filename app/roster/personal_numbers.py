"""Swedish personal identity numbers, known by their check digit, so that none is ever stored."""

import re

# Ten or twelve digits, with a dash, a plus (from a hundred years on), a space or nothing between.
_WRITTEN = re.compile(
    r"(?<!\d)(?:18|19|20)?(?P<date>\d{6})[-+\u2010-\u2015\u2212 \u00a0]?(?P<rest>\d{4})(?!\d)",
    re.ASCII,
)
# Spreadsheets drop the zero in front of somebody born from 2001 to 2009.
_ZERO_LOST = re.compile(r"(?<!\d)(?P<date>\d{5})[-+]?(?P<rest>\d{4})(?!\d)", re.ASCII)
_COORDINATION = 60
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def holds_personal_number(text: str) -> bool:
    """Whether a personal identity number or a coordination number stands anywhere in the text."""
    return any(
        _is_one(zero + match["date"], match["rest"])
        for zero, pattern in (("", _WRITTEN), ("0", _ZERO_LOST))
        for match in pattern.finditer(text)
    )


def _is_one(date: str, rest: str) -> bool:
    return _is_date(int(date[2:4]), int(date[4:6])) and _luhn(date + rest)


def _is_date(month: int, day: int) -> bool:
    """A day of some year; a coordination number adds sixty to it and may leave both unknown."""
    if day >= _COORDINATION:
        day -= _COORDINATION
        if month == 0 or day == 0:
            return month <= len(_LONGEST_MONTHS) and day <= max(_LONGEST_MONTHS)
    return 1 <= month <= len(_LONGEST_MONTHS) and 1 <= day <= _LONGEST_MONTHS[month - 1]


def _luhn(ten_digits: str) -> bool:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(ten_digits))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
