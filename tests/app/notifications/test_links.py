"""Signed links: read again for their purpose, and by nobody who changed them."""

import pytest

from app.notifications.links import sign, signed

KEY = "a key that only this site knows"


def test_what_was_signed_is_read_again():
    assert signed("stop", sign("stop", 7, "monday", secret_key=KEY), secret_key=KEY) == [
        7,
        "monday",
    ]


@pytest.mark.parametrize(
    ("purpose", "key", "change"),
    [("week", KEY, ""), ("stop", "another key", ""), ("stop", KEY, "x")],
)
def test_it_is_read_for_no_other_purpose_by_no_other_key_and_not_once_changed(
    purpose: str, key: str, change: str
):
    token = sign("stop", 7, secret_key=KEY) + change
    assert signed(purpose, token, secret_key=key) is None


@pytest.mark.parametrize("token", ["", ".", "W10", "å" * 40, "a.b.c", "\x00"])
def test_junk_is_no_link(token: str):
    assert signed("stop", token, secret_key=KEY) is None
