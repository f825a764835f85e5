"""What all content is written in: two languages, slugs, and how much fits on a screen."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

TITLE_LIMIT = 40
# A question stands alone on its card, in large type, also on a small phone.
QUESTION_LIMIT = 100
SENTENCE_LIMIT = 180
PARAGRAPH_LIMIT = 320
# The columns that hold slugs are not wider.
SLUG_LIMIT = 40

Kind = TypeVar("Kind", bound=StrEnum)
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=SLUG_LIMIT)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Frozen):
    sv: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def into(self, language: str) -> str:
        """The text in that language, in Swedish where we do not have it."""
        return self.en if language == "en" else self.sv


class TooLong(ValueError):
    """A text that does not fit: in which language, how long it is, and how long it may be."""

    def __init__(self, language: str, length: int, limit: int) -> None:
        super().__init__(f"{language} has {length} characters, at most {limit} fit")
        self.language, self.length, self.limit = language, length, limit


def _at_most(limit: int) -> AfterValidator:
    def check(text: Text) -> Text:
        for language, words in (("sv", text.sv), ("en", text.en)):
            if len(words) > limit:
                raise TooLong(language, len(words), limit)
        return text

    return AfterValidator(check)


Title = Annotated[Text, _at_most(TITLE_LIMIT)]
CardText = Annotated[Text, _at_most(QUESTION_LIMIT)]
Sentence = Annotated[Text, _at_most(SENTENCE_LIMIT)]
Paragraph = Annotated[Text, _at_most(PARAGRAPH_LIMIT)]


def refuse_fewer(found: Iterable[Kind], kinds: type[Kind], fewest: int) -> None:
    """Raises ValueError, naming the first kind of which fewer were found."""
    counts = Counter(found)
    for kind in kinds:
        if counts[kind] < fewest:
            raise ValueError(f"{counts[kind]} of {kind.value}, at least {fewest} are needed")
