"""What lets a phone keep the site on its home screen, and show a page when there is no network."""

from hashlib import sha256

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.access import public
from app.assets import kept_files, static_url
from app.i18n import LANGUAGES, language
from app.palette import colour

VERSION_LENGTH = 12
ICONS = ((192, "any"), (512, "any"), (192, "maskable"), (512, "maskable"))

blueprint = Blueprint("phone", __name__)


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    answer = current_app.json.response(
        id="/",
        name="Fikaligan",
        short_name="Fikaligan",
        description=_(
            "Ett litet spel som hjälper kollegor att lära känna varandra, en fika i taget."
        ),
        lang=language(),
        dir="ltr",
        start_url=url_for("pages.landing"),
        scope=url_for("pages.landing"),
        display="standalone",
        background_color=colour("paper"),
        theme_color=colour("paper"),
        icons=[
            {
                "src": static_url(f"icons/{purpose}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in ICONS
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@blueprint.get("/service-worker.js")
@public
def service_worker() -> ResponseReturnValue:
    """A new offline page or a new file gives a new text, which browsers take as a new version."""
    chosen = _language()
    files = kept_files()
    content = "\n".join([_offline_page(chosen), *files])
    body = render_template(
        "phone/service-worker.js",
        version=sha256(content.encode()).hexdigest()[:VERSION_LENGTH],
        offline=url_for("phone.offline", language=chosen),
        files=files,
    )
    return Response(body, mimetype="text/javascript")


@blueprint.get("/offline")
@public
def offline() -> ResponseReturnValue:
    """Kept by the service worker for everybody on the phone, so it shows nothing of anybody."""
    return make_response(_offline_page(_language()))


def _offline_page(chosen: str) -> str:
    with force_locale(chosen):
        return render_template("phone/offline.html")


def _language() -> str:
    chosen = request.args.get("language")
    return chosen if chosen in LANGUAGES else language()
