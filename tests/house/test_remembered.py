"""What is remembered is shown to many: it may be made of nothing but what its key holds."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import nodes

from app.remembered import SiteTemplate

TEMPLATES = Path(__file__).parents[2] / "app" / "templates"
# What reads the request, or says who is looking.
OF_ONE_READER = {
    *("request", "session", "g", "config", "current_user", "viewer"),
    *("csrf", "csrf_token", "get_flashed_messages"),
}


@cache
def parsed(app: Flask, template: str) -> nodes.Template:
    return app.jinja_env.parse((TEMPLATES / template).read_text(encoding="utf-8"))


def remembered_macros(app: Flask) -> Iterator[tuple[str, str]]:
    for path in TEMPLATES.rglob("*.*"):
        for call in parsed(app, path.relative_to(TEMPLATES).as_posix()).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "remembered":
                template, macro = (part.as_const() for part in call.args[:2])
                yield template, macro


def with_imports(app: Flask, template: str) -> set[str]:
    found, waiting = set(), {template}
    while waiting:
        found.add(each := waiting.pop())
        tree = parsed(app, each)
        used = [*tree.find_all(nodes.FromImport), *tree.find_all(nodes.Include)]
        waiting |= {each.template.as_const() for each in used} - found
    return found


def test_what_is_remembered_reads_neither_request_nor_reader(app: Flask):
    macros = set(remembered_macros(app))
    assert ("league/_row.html", "ranked_row") in macros
    reading = {
        f"{macro} in {template}: {name.name} in {file}"
        for template, macro in macros
        for file in with_imports(app, template)
        for name in parsed(app, file).find_all(nodes.Name)
        if name.name in OF_ONE_READER
    }
    assert reading == set(), "give it to the macro as an argument, or do not remember the macro"


def test_what_is_remembered_exists(app: Flask):
    for template, macro in remembered_macros(app):
        found = app.jinja_env.get_template(template)
        assert isinstance(found, SiteTemplate)
        assert hasattr(found.module, macro), f"{template} has no macro {macro}"
