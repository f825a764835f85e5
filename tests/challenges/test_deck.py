import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.catalogue import load_catalogue
from challenges.deck import Deck, Depth, find_depth
from tests.challenges.builders import MODEST

DECK = load_catalogue().deck
LIGHT = DECK.pile(Depth.LIGHT)
SEEDS = st.integers(min_value=0, max_value=2**31)


def around(deck: Deck, seed: int) -> list[str]:
    """The slugs of the light pile, flipped through from the first card to the last."""
    return [
        deck.draw(Depth.LIGHT, place, seed).question.slug
        for place in range(1, len(deck.pile(Depth.LIGHT)) + 1)
    ]


@MODEST
@given(seed=SEEDS)
def test_whoever_flips_through_sees_every_card_once(seed: int) -> None:
    assert sorted(around(DECK, seed)) == sorted(each.slug for each in LIGHT)


@MODEST
@given(seed=SEEDS, place=st.integers(-100, 100))
def test_next_and_previous_lead_back_to_where_one_was(seed: int, place: int) -> None:
    here = DECK.draw(Depth.LIGHT, place, seed)
    there = DECK.draw(Depth.LIGHT, here.next, seed)
    assert DECK.draw(Depth.LIGHT, there.previous, seed) == here


def test_the_pile_goes_round() -> None:
    count = len(LIGHT)
    first, last = DECK.draw(Depth.LIGHT, 1, 7), DECK.draw(Depth.LIGHT, count, 7)
    assert (first.previous, last.next) == (count, 1)
    assert DECK.draw(Depth.LIGHT, count + 1, 7) == first
    assert DECK.draw(Depth.LIGHT, 0, 7) == last


def test_another_seed_is_another_order() -> None:
    assert len({tuple(around(DECK, seed)) for seed in range(20)}) == 20


def test_a_card_that_is_taken_out_leaves_the_others_in_their_order() -> None:
    gone = LIGHT[3].slug
    thinner = Deck(questions=tuple(each for each in DECK.questions if each.slug != gone))
    assert around(thinner, 7) == [slug for slug in around(DECK, 7) if slug != gone]


@pytest.mark.parametrize(
    ("name", "depth"), [("light", Depth.LIGHT), ("dark", Depth.DARK), ("burnt", None), ("", None)]
)
def test_a_depth_is_found_by_its_name(name: str, depth: Depth | None) -> None:
    assert find_depth(name) is depth
