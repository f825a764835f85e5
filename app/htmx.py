"""Page or fragment from the same view and the same template blocks."""

from flask import Response, make_response, redirect, render_template, request
from jinja2_fragments.flask import render_block

VARY = "HX-Request, HX-Request-Type"


def wants_fragment() -> bool:
    """Whether htmx will swap the answer into the page; a restored history entry wants it whole."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Request-Type", "partial") == "partial"
    )


def render(template: str, block: str | None = None, **context: object) -> Response:
    """The page, or only its block when htmx asks for a part."""
    is_fragment = block is not None and wants_fragment()
    body = (
        render_block(template, block, as_fragment=True, **context)
        if is_fragment and block is not None
        else render_template(template, **context)
    )
    response = make_response(body)
    if block is not None:
        response.headers["Vary"] = VARY
    return response


def replace_page(response: Response) -> Response:
    """Have htmx put the whole answer in the place of the whole page, not of a part of it."""
    response.headers["HX-Retarget"] = "body"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def redirect_page(url: str) -> Response:
    """Send the whole browser window elsewhere, also when htmx asked for a part of the page."""
    if wants_fragment():
        response = make_response("", 200)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, code=303))
