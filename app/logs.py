"""One line a request, with an id that the answer carries too; never a value that was typed."""

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request

REQUEST_ID = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    settings = app.extensions["settings"]
    renderer = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            renderer,
        ],
    )
    app.before_request(_begin)
    app.after_request(_write_line)


def _begin() -> None:
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _write_line(response: Response) -> Response:
    response.headers[REQUEST_ID] = g.request_id
    if request.endpoint not in ("static", "health.live", "health.ready"):
        log.info(
            "request",
            method=request.method,
            # The rule, not the path: a path may hold what somebody typed.
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.began) * 1000, 1),
        )
    return response
