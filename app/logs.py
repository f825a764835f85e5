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
    renderer = (
        structlog.processors.JSONRenderer()
        if app.extensions["settings"].log_json
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            renderer,
        ]
    )
    app.before_request(_begin)
    app.after_request(_write_line)


def _begin() -> None:
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()


def _write_line(response: Response) -> Response:
    request_id = g.get("request_id", "")
    response.headers[REQUEST_ID] = request_id
    if request.endpoint not in ("static", "health.live", "health.ready"):
        log.info(
            "request",
            request_id=request_id,
            method=request.method,
            # The rule, not the path: a path may hold what somebody typed.
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        )
    return response
