"""`make run`: a demo on this computer, from nothing to a running season in one go."""

import os
import secrets
import socket
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import inspect
from werkzeug.serving import WSGIRequestHandler, make_server

from app import clock, create_app
from app.announce import announce, is_loopback
from app.companion import Companion, environment_of_demo
from app.config import EMBEDDED, EMBEDDED_URL, INSTANCE, SettingsError, demo_settings
from app.content import catalogue
from app.database import db
from app.demo import service as demo
from app.i18n import time_zone

FIRST_PORT = 5000
PORTS_TO_TRY = 50
CODE_BYTES = 4


class QuietHandler(WSGIRequestHandler):
    """The address and the accounts stay in sight; what goes wrong is still written."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def main() -> None:
    host = os.environ.get("HOST", "127.0.0.1")
    code = "" if is_loopback(host) else secrets.token_hex(CODE_BYTES)
    try:
        app = create_app(demo_settings(code))
    except SettingsError as error:
        sys.exit(str(error))
    with app.app_context():
        _refuse_real_people()
        _prepare(app)
    server = make_server(host, _port(host), app, threaded=True, request_handler=QuietHandler)
    address = announce(host, server.port, code)
    companion = Companion(environment_of_demo(address))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Bye.")
    finally:
        companion.end()


def _refuse_real_people() -> None:
    """Neither one-click accounts nor migrations come near a database where people really play."""
    is_in_use = inspect(db.engine).has_table("user") and not demo.is_empty()
    if is_in_use and not demo.is_demo():
        sys.exit(
            "The database of FIKALIGAN_DATABASE_URL is in use and holds no demo: "
            "use `make serve`, or name another one."
        )
    db.session.rollback()


def _prepare(app: Flask) -> None:
    upgrade()
    if not demo.is_empty():
        if demo.is_demo() and demo.is_expired(clock.now()):
            _offer_anew(app)
        return
    with click.progressbar(length=1, label="Inventing a company") as bar:

        def move(_step: str, done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        demo.build_demo(
            demo.DemoPlan(),
            catalogue=catalogue(),
            zone=time_zone(),
            now=clock.now(),
            dashboards=current_app.extensions["settings"].dashboards,
            progress=move,
        )


def _offer_anew(app: Flask) -> None:
    """The demo's week has passed; its database file is put aside, never overwritten."""
    if app.extensions["settings"].database_url != EMBEDDED_URL:
        click.echo("The demo's week has passed. Point FIKALIGAN_DATABASE_URL to an empty database.")
    elif not sys.stdin.isatty():
        click.echo(
            f"The demo's week has passed. Remove {EMBEDDED.name} in instance/ for a new one."
        )
    elif click.confirm("The demo's week has passed. Put it aside and make a new one?"):
        _put_aside()
        _prepare(app)


def _put_aside() -> None:
    db.session.remove()
    db.engine.dispose()
    for path in INSTANCE.glob(f"{EMBEDDED.name}*"):
        path.rename(_free_name(path))


def _free_name(path: Path) -> Path:
    number = 1
    while (candidate := path.with_name(f"old-{number}-{path.name}")).exists():
        number += 1
    return candidate


def _port(host: str) -> int:
    """PORT, which must be free, or the first free one from 5000 on."""
    wished = os.environ.get("PORT")
    if wished is not None:
        if not wished.isdecimal() or not _is_free(host, int(wished)):
            sys.exit(f"Port {wished} is taken or not a port: choose another PORT.")
        return int(wished)
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY):
        if _is_free(host, port):
            return port
    sys.exit(f"No free port from {FIRST_PORT} on: choose one with PORT=.")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True


if __name__ == "__main__":
    main()
