import unicodedata

import pytest
from argon2 import extract_parameters

from app.accounts.passwords import (
    COMMON,
    NOBODYS_HASH,
    PasswordRefused,
    hash_password,
    is_password_right,
)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("elva tecken", "short"),
        ("", "short"),
        ("x" * 257, "long"),
        ("password1234", "common"),
        ("PassWord1234", "common"),
        ("Stockholm2026", "common"),
        ("Sommaren2031!!", "common"),
        ("!!Lösenord-2027", "common"),
        ("qwertyqwerty", "common"),
        ("1q2w3e4r5t6y", "common"),
        ("justinbieber", "common"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password, reason):
    with pytest.raises(PasswordRefused) as refused:
        hash_password(password)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "password",
    [
        "tolv tecken!",
        "kaffe utan socker, tack",
        "sommaren vi bodde på landet",
        "839201746583",
        "☕" * 12,
        "密码密码密码密码密码密码",
        "x y z " * 40,
        "a" * 255 + "b",
    ],
)
def test_a_long_one_in_any_script_is_accepted_uncut(password):
    stored = hash_password(password)
    assert stored.startswith("$argon2id$")
    assert password not in stored
    assert is_password_right(stored, password)
    assert not is_password_right(stored, password[:-1])
    assert not is_password_right(stored, password + " ")


def test_the_same_letters_from_another_keyboard_are_the_same_password():
    stored = hash_password(unicodedata.normalize("NFC", "räksmörgås på ö"))
    assert is_password_right(stored, unicodedata.normalize("NFD", "räksmörgås på ö"))


def test_two_people_with_one_password_do_not_share_a_hash():
    assert hash_password("kaffe utan socker") != hash_password("kaffe utan socker")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$broken"])
def test_without_a_usable_hash_no_password_is_right(stored):
    assert not is_password_right(stored, "nobody has this password")


def test_every_common_password_is_one_that_length_alone_would_let_through():
    assert all(len(each) >= 12 and each == each.lower() for each in COMMON)
    assert len(COMMON) > 300


def test_looking_for_nobody_costs_what_looking_for_somebody_does():
    somebodys = hash_password("kaffe utan socker, tack")
    assert extract_parameters(NOBODYS_HASH) == extract_parameters(somebodys)
    assert not is_password_right(None, "kaffe utan socker, tack")
