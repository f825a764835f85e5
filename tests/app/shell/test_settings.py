import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app import config
from app.config import SettingsError, demo_settings, production_settings, read_settings

ENOUGH = {"SECRET_KEY": "a long random text", "BASE_URL": "https://fika.example.org"}


@pytest.fixture(autouse=True)
def instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder without .env, and an environment without our settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config, "INSTANCE", tmp_path / "instance")
    for name in config.Settings.model_fields:
        monkeypatch.delenv(f"FIKALIGAN_{name.upper()}", raising=False)
    return tmp_path / "instance"


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"FIKALIGAN_{name}", value)


@pytest.mark.parametrize("missing", ["SECRET_KEY", "BASE_URL"])
def test_a_production_start_without_key_or_address_says_what_to_set(monkeypatch, missing):
    given(monkeypatch, **{name: value for name, value in ENOUGH.items() if name != missing})
    with pytest.raises(SettingsError, match=f"Set FIKALIGAN_{missing}") as refused:
        production_settings()
    assert "\n" not in str(refused.value)


def test_key_and_address_are_enough_for_production(monkeypatch):
    given(monkeypatch, **ENOUGH)
    settings = production_settings()
    assert (settings.demo, settings.is_https, settings.is_sqlite) == (False, True, True)
    assert Path(settings.database_url.removeprefix("sqlite:///")).is_absolute()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEZONE", "Europe/Fikaby"),
        ("TIMEZONE", "../etc/passwd"),
        ("BASE_URL", "fika.example.org"),
        ("DATABASE_URL", "mysql://somewhere"),
        ("DEMO", "perhaps"),
        ("PROXIES", "-1"),
    ],
)
def test_an_unusable_value_is_named_in_one_line(monkeypatch, name, value):
    given(monkeypatch, **{name: value})
    with pytest.raises(SettingsError, match=f"^FIKALIGAN_{name}: ") as refused:
        read_settings()
    assert "\n" not in str(refused.value)


def test_a_refused_value_is_not_repeated(monkeypatch):
    given(monkeypatch, DATABASE_URL="mysql://user:hunter2@somewhere")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)


def test_an_empty_value_and_a_foreign_name_are_passed_over(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("FIKALIGAN_DATABASE_URL=\nPORT=5001\nFIKALIGAN_LATER=1\n")
    assert read_settings().is_sqlite


def test_the_demo_makes_its_own_key_once_and_for_its_owner_only(monkeypatch, instance):
    given(monkeypatch, DEMO="true")
    first = production_settings().secret_key
    assert len(first) == 2 * config.SECRET_KEY_BYTES
    assert production_settings().secret_key == first
    assert stat.S_IMODE((instance / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in instance.iterdir()] == ["secret-key"]


def test_workers_that_start_together_share_one_key(monkeypatch):
    given(monkeypatch, DEMO="true")
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: production_settings().secret_key, range(40)))
    assert len(set(keys)) == 1
    assert keys[0]


def test_make_run_is_a_demo_whatever_address_production_has(monkeypatch):
    given(monkeypatch, **ENOUGH)
    settings = demo_settings()
    assert (settings.demo, settings.base_url) == (True, "")
