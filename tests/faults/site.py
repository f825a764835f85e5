"""The site as gunicorn's workers and doomed processes load it: its database from the environment,
its clock standing still."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.config import Settings

DATABASE, NOW, WORKERS = "FAULTS_DATABASE", "FAULTS_NOW", "FAULTS_WORKERS"


def environment(url: str, now: datetime, workers: Path) -> Mapping[str, str]:
    """`workers` is the folder in which every worker leaves a file named after its process."""
    given = {DATABASE: url, NOW: now.isoformat(), WORKERS: str(workers)}
    return os.environ | given


def site() -> Flask:
    values = {
        "database_url": os.environ[DATABASE],
        "secret_key": "only-for-tests",
        "base_url": "",
        "demo": True,
        "log_level": "warning",
    }
    now = datetime.fromisoformat(os.environ[NOW])
    return create_app(Settings.model_validate(values), clock=lambda: now)


def post_fork(_server: object, worker: Any) -> None:
    """gunicorn calls it in each new worker."""
    (Path(os.environ[WORKERS]) / str(worker.pid)).touch()
