"""Settings from the environment; `.env.example` lists them all."""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from click import ClickException
from pydantic import NonNegativeInt, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

INSTANCE = Path(__file__).resolve().parent.parent / "instance"
EMBEDDED = INSTANCE / "fikaligan.db"
EMBEDDED_URL = f"sqlite:///{EMBEDDED}"
SECRET_KEY_BYTES = 32
DATABASES = ("sqlite", "postgresql")
CONSOLE = "console"
REDIS_SCHEMES = ("redis", "rediss", "unix")
MAIL_SCHEMES = ("smtp", "smtp+starttls", "smtps")


class SettingsError(ClickException):
    """The environment does not suffice; the message is one line that says what to set.

    A command ends with that line instead of a traceback.
    """


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="FIKALIGAN_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        # A refused value must not be printed: it may be a key or a password.
        hide_input_in_errors=True,
    )

    database_url: str = EMBEDDED_URL
    secret_key: str = ""
    base_url: str = ""
    timezone: str = "Europe/Stockholm"
    # Where the worker's queue lies, for several machines; beside the database unless told.
    redis_url: str = ""
    # Whether `make serve` starts a worker beside the site.
    worker: bool = True
    mail_url: str = ""
    # Who mails come from; fikaligan@ and the host of the address, unless told.
    mail_from: str = ""
    demo: bool = False
    # Asked for before a one-click sign-in, where the demo is open to a network.
    demo_code: str = ""
    notes_enabled: bool = True
    dashboards: bool = True
    log_json: bool = True
    log_level: Literal["info", "warning"] = "info"
    # How many reverse proxies stand in front; without them X-Forwarded-* is anybody's word.
    proxies: NonNegativeInt = 0

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url.partition(":")[0].partition("+")[0] not in DATABASES:
            raise ValueError("use sqlite:///… or postgresql://…")
        return url

    @field_validator("redis_url")
    @classmethod
    def _known_queue(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in REDIS_SCHEMES:
            raise ValueError("use redis://…, rediss://… or unix://…")
        return url

    @field_validator("mail_url")
    @classmethod
    def _known_transport(cls, url: str) -> str:
        if url and url != CONSOLE and urlsplit(url).scheme not in MAIL_SCHEMES:
            raise ValueError("use smtp://…, smtp+starttls://…, smtps://… or console")
        return url

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
    def _an_address(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("begin the address with https://")
        return url.rstrip("/")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def host(self) -> str:
        """The site's own name, for addresses that belong to it."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def sender(self) -> str:
        return self.mail_from or f"Fikaligan <fikaligan@{self.host}>"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def production_settings() -> Settings:
    """The environment's settings, refused unless they suffice to serve people.

    The demo and the `flask` commands serve nobody: they make their own key and need no address.
    """
    settings = read_settings()
    INSTANCE.mkdir(parents=True, exist_ok=True)
    if settings.demo or os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        return settings if settings.secret_key else _with_local_key(settings)
    refuse_unless_complete(settings)
    return settings


def refuse_unless_complete(settings: Settings) -> None:
    """Whatever works for people outside the demo needs the key that all its parts share."""
    if settings.demo:
        return
    if not settings.secret_key:
        raise SettingsError(
            "Set FIKALIGAN_SECRET_KEY to a long random text, for instance from: "
            "python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if not settings.base_url:
        raise SettingsError(
            "Set FIKALIGAN_BASE_URL to the address people open, as in https://fika.example.org"
        )


def demo_settings(code: str = "") -> Settings:
    """The environment's settings for `make run`: the demo on, and at the address it finds itself.

    An address meant for production would refuse every form that is sent from this one.
    """
    changes = {
        "demo": True,
        "base_url": "",
        "log_json": False,
        "log_level": "warning",
        "demo_code": code,
    }
    INSTANCE.mkdir(parents=True, exist_ok=True)
    settings = read_settings().model_copy(update=changes)
    return settings if settings.secret_key else _with_local_key(settings)


def read_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        problem = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"FIKALIGAN_{name}: {problem}") from error


def _with_local_key(settings: Settings) -> Settings:
    path = INSTANCE / "secret-key"
    if not path.exists():
        _write_key(path)
    return settings.model_copy(update={"secret_key": path.read_text().strip()})


def _write_key(path: Path) -> None:
    """Only ever seen whole, and written once, also when several workers start together."""
    draft = path.with_name(f"secret-key-{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(SECRET_KEY_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
