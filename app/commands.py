"""The commands, loaded when one is asked for: whoever serves pages needs nothing of them."""

import click
from flask import Flask
from flask.cli import AppGroup


class Commands(AppGroup):
    """`flask db` is there already, the rest comes when it is needed."""

    def __init__(self, site: Flask) -> None:
        super().__init__(site.name, commands=site.cli.commands)
        self._site = site
        self._is_loaded = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if not self._is_loaded:
            # Brings the verifier and the demo along.
            from app import cli, cli_data, cli_mail, worker

            for part in (cli, cli_data, cli_mail, worker):
                part.init_app(self._site)
            self._is_loaded = True


def init_app(app: Flask) -> None:
    app.cli = Commands(app)
