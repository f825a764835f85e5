"""Reads a TOML file into a model, and says in one line what is wrong with it."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)

NAMING_KEYS = ("slug", "id")


class ContentError(Exception):
    """Content that cannot be used; the message names the file, the key and the reason."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(": ".join(part for part in (file, key, reason) if part))
        self.file, self.key, self.reason = file, key, reason


def read(path: Path, model: type[Model]) -> Model:
    """The file as a model; raises ContentError for the first thing wrong in it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContentError(path.name, "", error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise ContentError(path.name, "", "is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ContentError(path.name, "", f"is not TOML: {error}") from error
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise ContentError(path.name, _key(raw, first["loc"]), reason) from error


def _key(raw: object, location: Sequence[int | str]) -> str:
    """Where in the file: `missions[advice-quiet-template].text.sv`, a list counted from 1."""
    key = ""
    for part in location:
        if isinstance(part, int):
            raw = raw[part] if isinstance(raw, Sequence) else None
            key += f"[{_name_of(raw) or part + 1}]"
            continue
        if isinstance(raw, Mapping) and raw.get("kind") == part:
            continue  # pydantic adds the chosen kind of a rule, which is no key of the file
        raw = raw.get(part) if isinstance(raw, Mapping) else None
        key += f".{part}" if key else part
    return key


def _name_of(raw: object) -> str:
    names = (raw.get(key) for key in NAMING_KEYS) if isinstance(raw, Mapping) else ()
    return next((name for name in names if isinstance(name, str)), "")
