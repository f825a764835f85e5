import pytest

from challenges.catalogue import Catalogue, load_catalogue
from challenges.coverage import (
    Coverage,
    Idea,
    load_coverage,
    missions_without_idea,
    references_to_nothing,
    unserved_ideas,
)

PAGES = frozenset({"/", "/join", "/deck", "/roles"})


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return load_coverage()


def test_every_idea_of_the_article_is_served(coverage: Coverage, catalogue: Catalogue) -> None:
    assert unserved_ideas(coverage, catalogue, PAGES) == ()


def test_whatever_serves_an_idea_exists(coverage: Coverage, catalogue: Catalogue) -> None:
    assert references_to_nothing(coverage, catalogue, PAGES) == ()


def test_every_mission_comes_from_an_idea_of_the_article(
    coverage: Coverage, catalogue: Catalogue
) -> None:
    assert missions_without_idea(coverage, catalogue) == ()


def test_every_mission_is_named_by_the_idea_it_comes_from(
    coverage: Coverage, catalogue: Catalogue
) -> None:
    served_by = {idea.id: idea.served_by for idea in coverage.ideas}
    forgotten = [
        mission.slug
        for challenge in catalogue.challenges
        for mission in challenge.missions
        if f"mission:{mission.slug}" not in served_by[mission.source]
    ]
    assert forgotten == []


def test_every_role_serves_an_idea_of_the_article(coverage: Coverage, catalogue: Catalogue) -> None:
    named = {each for idea in coverage.ideas for each in idea.served_by}
    assert [role.slug for role in catalogue.roles if f"role:{role.slug}" not in named] == []


def test_ideas_are_told_apart(coverage: Coverage) -> None:
    names = [idea.id for idea in coverage.ideas]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("served_by", "is_served", "nothing"),
    [
        ((), False, ()),
        (("page:/",), True, ()),
        (("page:/gone",), False, ("a.b: page:/gone",)),
        (("challenge:advice",), True, ()),
        (("challenge:gone", "badge:kept-3"), True, ("a.b: challenge:gone",)),
        (("mission:gone",), False, ("a.b: mission:gone",)),
        (("mission:advice-quiet-draft",), True, ()),
        (("deck:light-bun", "role:host"), True, ()),
        (("deck:gone", "role:gone"), False, ("a.b: deck:gone", "a.b: role:gone")),
    ],
)
def test_an_idea_is_served_by_what_exists(
    catalogue: Catalogue, served_by: tuple[str, ...], is_served: bool, nothing: tuple[str, ...]
) -> None:
    idea = Idea(id="a.b", section="a", idea="An idea.", served_by=served_by)
    coverage = Coverage(ideas=(idea,))
    assert unserved_ideas(coverage, catalogue, PAGES) == (() if is_served else (idea,))
    assert references_to_nothing(coverage, catalogue, PAGES) == nothing


def test_a_mission_from_nowhere_is_told(catalogue: Catalogue) -> None:
    missions = [each for challenge in catalogue.challenges for each in challenge.missions]
    assert list(missions_without_idea(Coverage(ideas=()), catalogue)) == missions
