"""`flask worker`: Huey wakes it every minute, and it does what is due.

What is due, and that it is done once, is decided by the rows of `job_run`; Huey's queue holds
nothing that could be lost.
"""

import os
import signal
import sys
import threading

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

from app.cli import site_of_jobs
from app.config import Settings, read_settings, refuse_unless_complete
from app.database import db
from app.rhythm.jobs import Stopped, reason_of, run_due_jobs

QUEUE = "fikaligan"
FILE_SUFFIX = "-worker"
# While one thread sends thousands of mails, the other one closes the round.
THREADS = 2
EVERY_SECONDS = 60

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.cli.add_command(worker)


@click.command("worker")
@click.option("--beside", is_flag=True, help="End when standard input does, as the site's child.")
@with_appcontext
def worker(beside: bool) -> None:
    """Close rounds on Mondays at noon, do the night's work and send mail, until it is stopped.

    Several may run: each period's work is done once.
    """
    refuse_unless_complete(read_settings())
    consumer = consumer_of(current_app._get_current_object())  # pyright: ignore[reportAttributeAccessIssue] - a proxy does not cross threads
    if beside:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    else:
        click.echo("The worker is up. Ctrl+C stops it once what it does is done.")
    consumer.run()


def consumer_of(app: Flask) -> Consumer:
    huey = queue_of(app.extensions["settings"])
    # SIGTERM, which whoever looks after processes sends, lets a job come to its next safe point.
    consumer = huey.create_consumer(workers=THREADS, graceful_signal="TERM")

    @huey.periodic_task(lambda _now: True, expires=EVERY_SECONDS)
    def every_minute() -> None:
        with app.app_context():
            try:
                run_due_jobs(site_of_jobs(must_stop=consumer.stop_flag.is_set))
            except Stopped:
                pass
            except Exception as trouble:
                # A database that is gone; the next minute tries again.
                log.error("worker", error=reason_of(trouble))

    return consumer


def queue_of(settings: Settings) -> Huey:
    # Huey reads pickles: only what the site itself has signed may be one, whoever reaches Redis.
    signed = SignedSerializer(secret=settings.secret_key)
    if settings.redis_url:
        return RedisHuey(QUEUE, results=False, serializer=signed, url=settings.redis_url)
    url = db.engine.url
    if settings.is_sqlite:
        path = f"{url.database}{FILE_SUFFIX}"
        return SqliteHuey(QUEUE, results=False, serializer=signed, filename=path)
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresHuey(QUEUE, results=False, serializer=signed, dsn=dsn)


def _end_with_parent() -> None:
    """The parent holds the other end of the pipe, and even when it is killed the pipe breaks."""
    while sys.stdin.buffer.read(1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
