"""Settings from the environment; `.env.example` lists them all."""

import secrets
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

INSTANCE = Path(__file__).resolve().parent.parent / "instance"
SECRET_KEY_BYTES = 32


class SettingsError(Exception):
    """The environment does not suffice; the message is one line that says what to set."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FIKALIGAN_", env_file=".env", frozen=True)

    database_url: str = f"sqlite:///{INSTANCE / 'fikaligan.db'}"
    secret_key: str = ""
    base_url: str = ""
    timezone: str = "Europe/Stockholm"
    organisation: str = "Fikaligan"
    demo: bool = False
    notes_enabled: bool = True
    log_json: bool = True

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name} is not a time zone, try Europe/Stockholm") from error
        return name

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def production_settings() -> Settings:
    """The environment's settings, refused unless they suffice to serve people.

    The demo makes its own key and needs no address.
    """
    settings = read_settings()
    if settings.demo:
        return settings if settings.secret_key else _with_local_key(settings)
    if not settings.secret_key:
        raise SettingsError(
            "Set FIKALIGAN_SECRET_KEY to a long random text, for instance from: "
            "python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if not settings.base_url:
        raise SettingsError(
            "Set FIKALIGAN_BASE_URL to the address people open, as in https://fika.example.org"
        )
    return settings


def read_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"FIKALIGAN_{name}: {first['msg']}") from error


def _with_local_key(settings: Settings) -> Settings:
    path = INSTANCE / "secret-key"
    if not path.exists():
        INSTANCE.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(SECRET_KEY_BYTES))
    return settings.model_copy(update={"secret_key": path.read_text().strip()})
