"""The words of the challenges, as the organisation wants them."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import lead
from app.acting import by_viewer
from app.audit.service import Action, record
from app.content import catalogue, shipped
from app.database import writing
from app.htmx import render
from app.i18n import language
from app.wording.queries import own_frames, versions
from app.wording.service import (
    NEW,
    UnknownVersion,
    add_challenge,
    word_as_in,
    word_as_shipped,
    word_challenge,
)
from challenges.catalogue import Challenge
from challenges.texts import TooLong
from challenges.wording import (
    LANGUAGES,
    Words,
    WordsRefused,
    limit_of,
    texts_of,
    with_words,
    words_of,
)

blueprint = Blueprint("wording", __name__, url_prefix="/admin/challenges")


@blueprint.get("")
@lead
def challenges() -> ResponseReturnValue:
    given = {each.slug: each for each in shipped().challenges}
    return render(
        "wording/challenges.html",
        challenges=[
            (each, each.slug in given and each != given[each.slug])
            for each in catalogue().challenges
        ],
    )


@blueprint.get("/new")
@lead
def new() -> ResponseReturnValue:
    return _page(NEW, _texts(NEW))


@blueprint.post("/new")
@lead
def add() -> ResponseReturnValue:
    def save(words: Mapping[str, Words]) -> str:
        added, is_new = add_challenge(words, now=clock.now())
        if is_new:
            _record(Action.CHALLENGE_ADDED, with_words(NEW, words))
        return added.slug

    return _take(NEW, save)


@blueprint.get("/<string:challenge>")
@lead
def edit(challenge: str) -> ResponseReturnValue:
    found = catalogue().find_challenge(challenge) or abort(HTTPStatus.NOT_FOUND)
    return _page(found, _texts(found))


@blueprint.post("/<string:challenge>")
@lead
def change(challenge: str) -> ResponseReturnValue:
    base = _base(challenge)

    def save(words: Mapping[str, Words]) -> str:
        if word_challenge(base, words, now=clock.now()):
            _record(Action.CHALLENGE_WORDED, with_words(base, words))
        return challenge

    return _take(base, save)


@blueprint.get("/<string:challenge>/history")
@lead
def history(challenge: str) -> ResponseReturnValue:
    base = _base(challenge)
    return render(
        "wording/history.html",
        challenge=catalogue().challenge(challenge),
        versions=versions(base),
        is_changed=not base.is_own and catalogue().challenge(challenge) != base,
    )


@blueprint.post("/<string:challenge>/versions/<int:version>/restore")
@lead
def restore(challenge: str, version: int) -> ResponseReturnValue:
    base = _base(challenge)
    try:
        with writing():
            if word_as_in(base, version, now=clock.now()):
                _record(Action.CHALLENGE_RESTORED, base)
    except UnknownVersion:
        abort(HTTPStatus.NOT_FOUND)
    except WordsRefused:
        flash(_("Den texten får inte plats längre. Öppna den och korta den."), "trouble")
    else:
        flash(_("Nu gäller den texten igen."), "done")
    return redirect(url_for("wording.history", challenge=challenge), code=HTTPStatus.SEE_OTHER)


@blueprint.post("/<string:challenge>/original")
@lead
def original(challenge: str) -> ResponseReturnValue:
    base = _base(challenge)
    if base.is_own:
        abort(HTTPStatus.NOT_FOUND)
    with writing():
        if word_as_shipped(base, now=clock.now()):
            _record(Action.CHALLENGE_RESTORED, base)
    flash(_("Originaltexten gäller igen. Era egna ord ligger kvar i historiken."), "done")
    return redirect(url_for("wording.history", challenge=challenge), code=HTTPStatus.SEE_OTHER)


def _record(action: Action, challenge: Challenge) -> None:
    record(by_viewer(), action, thing=challenge.title.into(language()))


def _take(base: Challenge, save: Callable[[Mapping[str, Words]], str]) -> ResponseReturnValue:
    """Show the typed words as they will look, or save them."""
    words = _typed(base)
    try:
        told = with_words(base, words)
        if request.form.get("do") != "save":
            return _page(base, words, preview=told)
        with writing():
            slug = save(words)
    except WordsRefused as refused:
        faults = refused.faults.items()
        problems = {f"{key}.{language}": _reason(why) for (key, language), why in faults}
        return _page(base, words, problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Texten är sparad och syns överallt."), "done")
    return redirect(url_for("wording.edit", challenge=slug), code=HTTPStatus.SEE_OTHER)


def _page(
    challenge: Challenge,
    texts: Mapping[str, Words],
    problems: Mapping[str, str] | None = None,
    preview: Challenge | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> ResponseReturnValue:
    page = render(
        "wording/edit.html",
        challenge=challenge,
        is_new=challenge is NEW,
        texts=texts,
        limit_of=limit_of,
        problems=problems or {},
        preview=preview,
    )
    page.status_code = status
    return page


def _reason(why: TooLong | None) -> str:
    if why is None:
        return _("Här behövs en text.")
    return _("%(length)d tecken, högst %(limit)d får plats.", length=why.length, limit=why.limit)


def _typed(base: Challenge) -> dict[str, dict[str, str]]:
    return {
        language: {
            key: _plain(request.form.get(f"{key}.{language}", "")) for key, _text in texts_of(base)
        }
        for language in LANGUAGES
    }


def _plain(text: str) -> str:
    """One line without anything that cannot be seen: cards have no room for more."""
    seen = (each if each.isprintable() else " " for each in text)
    return " ".join("".join(seen).split())


def _texts(challenge: Challenge) -> dict[str, dict[str, str]]:
    return {language: words_of(challenge, language) for language in LANGUAGES}


def _base(slug: str) -> Challenge:
    """The challenge as it was shipped, or an own one's frame."""
    found = shipped().find_challenge(slug) or next(
        (each for each in own_frames() if each.slug == slug), None
    )
    return found or abort(HTTPStatus.NOT_FOUND)
