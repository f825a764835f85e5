"""Identity numbers by check digit; those of the Tax Agency's own test series."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.roster.personal_numbers import holds_personal_number


@pytest.mark.parametrize(
    "text",
    [
        "811218-9876",
        "8112189876",
        "19811218-9876",
        "198112189876",
        "811218+9876",
        "18811218+9876",
        "811218 9876",
        "811218\u20139876",
        "811218\u22129876",
        "701063-2391",  # a coordination number: day 63 is the third
        "197010632391",
        "Anna 811218-9876 Ek",
        "8112189876@firma.se",
        "nr:198112189876;x",
        "701063-2391 och mer",
    ],
)
def test_a_personal_number_is_found_however_it_is_written(text: str):
    assert holds_personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Anna Ek",
        "811218-9875",  # wrong check digit
        "811318-9874",  # no month 13
        "811232-9876",  # no day 32
        "1001",
        "A000001",
        "070-123 45 67",
        "2026-11-25",
        "5560360793",  # an organisation's number: its third digit is over one
        "98112189876",  # eleven digits
        "1981121898760",
        "21811218-9876",
        "٨١١٢١٨٩٨٧٦",  # digits that are none to a registry
    ],
)
def test_what_is_no_personal_number_is_let_through(text: str):
    assert not holds_personal_number(text)


def check_digit(nine: str) -> int:
    doubled = "".join(str(int(d) * (2 if i % 2 == 0 else 1)) for i, d in enumerate(nine))
    return -sum(map(int, doubled)) % 10


@given(
    st.dates(),
    st.integers(0, 999),
    st.sampled_from(("", "-", "+", " ")),
    st.booleans(),
    st.booleans(),
)
def test_every_number_of_every_day_is_found_and_with_another_digit_none(
    day, serial: int, sign: str, is_long: bool, is_coordination: bool
):
    date = f"{day:%y%m}{day.day + 60 * is_coordination:02}"
    digit = check_digit(f"{date}{serial:03}")
    century = "19" if is_long else ""
    assert holds_personal_number(f"{century}{date}{sign}{serial:03}{digit}")
    assert not holds_personal_number(f"{century}{date}{sign}{serial:03}{(digit + 1) % 10}")


def test_a_zero_that_a_spreadsheet_dropped_hides_nobody():
    digit = check_digit("050312123")
    assert holds_personal_number(f"50312123{digit}")


@pytest.mark.parametrize("date", ["700060", "700075", "701060"])
def test_a_coordination_number_may_leave_month_and_day_unknown(date: str):
    assert holds_personal_number(f"{date}123{check_digit(f'{date}123')}")
