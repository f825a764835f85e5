"""The words of a challenge apart from its frame, so that an organisation can say it its own way.

Words map a key, such as `title`, `openers.1` or `missions.advice-quiet-draft`, to the text in one
language. Number, icon, levels, tags and slugs are the frame: nobody's words change them, so a
mission that somebody has pledged or checked in with stays what it was.
"""

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from challenges.missions import (
    FIRST_OWN_NUMBER,
    MISSIONS_A_LEVEL,
    OPENERS,
    Challenge,
    Mission,
)
from challenges.model import Level
from challenges.texts import PARAGRAPH_LIMIT, SENTENCE_LIMIT, TITLE_LIMIT, Text, TooLong

Words = Mapping[str, str]

LANGUAGES = ("sv", "en")
PARTS = ("title", "why", "what", "nervous", "reflect")
# What an own mission serves is not in the article.
OWN_SOURCE = "own"


class WordsRefused(Exception):
    """Words that the challenge cannot be told in: what is wrong by key and language. A text that is
    missing is None, one that does not fit its TooLong."""

    def __init__(self, faults: Mapping[tuple[str, str], TooLong | None]) -> None:
        super().__init__(", ".join(f"{key}.{language}" for key, language in faults))
        self.faults = faults


def texts_of(challenge: Challenge) -> Iterator[tuple[str, Text]]:
    """Every text of the challenge with its key, in the order in which it is read."""
    for part in PARTS:
        yield part, getattr(challenge, part)
    for index, opener in enumerate(challenge.openers):
        yield f"openers.{index}", opener
    for mission in challenge.missions:
        yield f"missions.{mission.slug}", mission.text


def limit_of(key: str) -> int:
    """How many characters fit, to be told beforehand; the model decides."""
    limits = {"title": TITLE_LIMIT, "what": PARAGRAPH_LIMIT, "nervous": PARAGRAPH_LIMIT}
    return limits.get(key, SENTENCE_LIMIT)


def words_of(challenge: Challenge, language: str) -> dict[str, str]:
    return {key: text.into(language) for key, text in texts_of(challenge)}


def own_words(challenge: Challenge, language: str, words: Words) -> dict[str, str]:
    """Those of the words that differ from the challenge's own."""
    given = words_of(challenge, language)
    return {key: text for key, text in words.items() if given[key] != text}


def told(challenge: Challenge, words: Mapping[str, Words]) -> Challenge:
    """The challenge in these words, by language; for what they leave out, in its own. They were
    checked when somebody wrote them."""

    def text(key: str, given: Text) -> Text:
        own = {language: words.get(language, {}).get(key) for language in LANGUAGES}
        return given.model_copy(
            update={name: each for name, each in own.items() if each is not None}
        )

    parts = dict(texts_of(challenge))
    return challenge.model_copy(
        update={
            **{part: text(part, parts[part]) for part in PARTS},
            "openers": tuple(
                text(f"openers.{index}", each) for index, each in enumerate(challenge.openers)
            ),
            "missions": tuple(
                each.model_copy(update={"text": text(f"missions.{each.slug}", each.text)})
                for each in challenge.missions
            ),
        }
    )


def with_words(challenge: Challenge, words: Mapping[str, Words]) -> Challenge:
    """The same, checked by the model that checks the shipped ones; raises WordsRefused."""
    try:
        return Challenge.model_validate(told(challenge, words).model_dump(mode="json"))
    except ValidationError as error:
        raise WordsRefused(dict(_faults(challenge, error))) from error


def blank_challenge(id_: int) -> Challenge:
    """The frame of an organisation's own challenge, still without a word; the first has id 1."""
    slug, nothing = f"own-{id_}", Text.model_construct(sv="", en="")
    missions = tuple(
        Mission.model_construct(
            slug=f"{slug}-{level}-{number}", level=level, source=OWN_SOURCE, text=nothing
        )
        for level in Level
        for number in range(1, MISSIONS_A_LEVEL + 1)
    )
    return Challenge.model_construct(
        slug=slug,
        number=FIRST_OWN_NUMBER + id_,
        icon="spark",
        openers=(nothing,) * OPENERS,
        missions=missions,
        **dict.fromkeys(PARTS, nothing),
    )


def _faults(
    challenge: Challenge, error: ValidationError
) -> Iterator[tuple[tuple[str, str], TooLong | None]]:
    for each in error.errors(include_url=False):
        part, *rest = each["loc"]
        cause = each.get("ctx", {}).get("error")
        too_long = cause if isinstance(cause, TooLong) else None
        if not rest and not too_long:
            continue  # that a list is too short then follows from the texts that are missing
        language = too_long.language if too_long else str(rest[-1])
        match part, rest:
            case "openers", [int(index), *_]:
                yield (f"openers.{index}", language), too_long
            case "missions", [int(index), *_]:
                yield (f"missions.{challenge.missions[index].slug}", language), too_long
            case _:
                yield (str(part), language), too_long
