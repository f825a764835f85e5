"""Which idea of the article is served by what, so that none of them gets lost."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from challenges.catalogue import Catalogue, Mission
from challenges.reading import read
from challenges.texts import Frozen

COVERAGE = Path(__file__).parent.parent / "docs" / "article-coverage.toml"

IdeaId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$")]
Reference = Annotated[
    str,
    StringConstraints(
        pattern=r"^((mission|challenge|badge|deck|role):[a-z0-9-]+|page:/[a-z0-9/-]*)$"
    ),
]
Words = Annotated[str, Field(min_length=1)]


class Idea(Frozen):
    """An idea of the article in our words, and what in the product serves it."""

    id: IdeaId
    section: Words
    idea: Words
    served_by: tuple[Reference, ...]


class Coverage(Frozen):
    ideas: tuple[Idea, ...]


def load_coverage(path: Path = COVERAGE) -> Coverage:
    return read(path, Coverage)


def unserved_ideas(
    coverage: Coverage, catalogue: Catalogue, pages: Collection[str]
) -> tuple[Idea, ...]:
    """Ideas that nothing serves which exists; `pages` are the paths of the site."""
    return tuple(
        idea
        for idea in coverage.ideas
        if not any(_exists(each, catalogue, pages) for each in idea.served_by)
    )


def references_to_nothing(
    coverage: Coverage, catalogue: Catalogue, pages: Collection[str]
) -> tuple[str, ...]:
    """What ideas claim to be served by although it does not exist, each as "idea: reference"."""
    return tuple(
        f"{idea.id}: {each}"
        for idea in coverage.ideas
        for each in idea.served_by
        if not _exists(each, catalogue, pages)
    )


def missions_without_idea(coverage: Coverage, catalogue: Catalogue) -> tuple[Mission, ...]:
    """Missions whose source is no idea of the article."""
    known = {idea.id for idea in coverage.ideas}
    return tuple(
        mission
        for challenge in catalogue.challenges
        for mission in challenge.missions
        if mission.source not in known
    )


def _exists(reference: str, catalogue: Catalogue, pages: Collection[str]) -> bool:
    kind, _, name = reference.partition(":")
    match kind:
        case "mission":
            return catalogue.find_mission(name) is not None
        case "challenge":
            return catalogue.find_challenge(name) is not None
        case "badge":
            return catalogue.find_badge(name) is not None
        case "deck":
            return catalogue.find_question(name) is not None
        case "role":
            return catalogue.find_role(name) is not None
        case _:
            return name in pages
