import pytest

from challenges.catalogue import Catalogue, load_catalogue
from challenges.missions import MISSIONS_A_LEVEL, Challenge
from challenges.model import Level
from challenges.texts import PARAGRAPH_LIMIT, TITLE_LIMIT, TooLong
from challenges.wording import (
    LANGUAGES,
    WordsRefused,
    blank_challenge,
    limit_of,
    own_words,
    texts_of,
    told,
    with_words,
    words_of,
)

DRAFT = "missions.advice-quiet-draft"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def advice(catalogue: Catalogue) -> Challenge:
    return catalogue.challenge("advice")


def test_words_and_frame_make_the_challenge_again(catalogue: Catalogue):
    for challenge in catalogue.challenges:
        words = {language: words_of(challenge, language) for language in LANGUAGES}
        assert with_words(challenge, words) == challenge
        for language in LANGUAGES:
            assert own_words(challenge, language, words[language]) == {}


def test_words_of_one_language_leave_the_other_and_the_frame_alone(advice: Challenge):
    words = {"title": "Fråga Majken", DRAFT: "Visa ett utkast."}
    said = with_words(advice, {"sv": words})
    assert (said.title.sv, said.title.en) == ("Fråga Majken", advice.title.en)
    assert own_words(advice, "sv", words_of(said, "sv")) == words
    frame = [(each.slug, each.level, each.tags, each.source) for each in said.missions]
    assert frame == [(each.slug, each.level, each.tags, each.source) for each in advice.missions]


def test_a_key_that_the_challenge_no_longer_has_is_left_aside(advice: Challenge):
    assert told(advice, {"sv": {"missions.gone": "x", "openers.9": "x"}}) == advice


@pytest.mark.parametrize(
    ("key", "language", "text"),
    [
        ("title", "sv", ""),
        ("what", "en", "  "),
        ("title", "sv", "x" * (TITLE_LIMIT + 1)),
        ("nervous", "en", "x" * (PARAGRAPH_LIMIT + 1)),
        ("openers.2", "sv", ""),
        (DRAFT, "en", "x" * 999),
        (DRAFT, "sv", ""),
    ],
)
def test_what_a_file_may_not_say_is_refused_by_key_and_language(
    advice: Challenge, key: str, language: str, text: str
):
    with pytest.raises(WordsRefused) as refused:
        with_words(advice, {language: {key: text}})
    fault = refused.value.faults[key, language]
    assert len(refused.value.faults) == 1
    if text.strip():
        assert isinstance(fault, TooLong)
        assert (fault.length, fault.limit) == (len(text), limit_of(key))
    else:
        assert fault is None


def test_everything_wrong_is_said_at_once(advice: Challenge):
    with pytest.raises(WordsRefused) as refused:
        with_words(advice, {"sv": {"title": "", "why": ""}, "en": {DRAFT: ""}})
    assert set(refused.value.faults) == {("title", "sv"), ("why", "sv"), (DRAFT, "en")}


def test_a_blank_challenge_wants_every_text_and_is_then_like_a_shipped_one():
    blank = blank_challenge(7)
    with pytest.raises(WordsRefused) as refused:
        with_words(blank, {})
    keys = [key for key, _text in texts_of(blank)]
    assert set(refused.value.faults) == {(key, each) for key in keys for each in LANGUAGES}
    said = with_words(blank, {each: dict.fromkeys(keys, "Säg hej") for each in LANGUAGES})
    assert (said.slug, said.is_own) == ("own-7", True)
    for level in Level:
        assert len(said.missions_at(level)) == MISSIONS_A_LEVEL
    assert len({mission.slug for mission in said.missions}) == len(said.missions)


def test_no_shipped_challenge_is_taken_for_an_own_one(catalogue: Catalogue):
    assert [each.slug for each in catalogue.challenges if each.is_own] == []
