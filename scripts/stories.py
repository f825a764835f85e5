"""What visitors do in front of the camera: every page of the site, and every state of it.

Forms are found by where they post to, so that a story is the same in both languages.
"""

from collections.abc import Callable

from camera import OPEN_ALL, Camera
from sqlalchemy import select

from app.accounts import setup
from app.accounts.models import User
from app.checkins.from_mail import PURPOSE
from app.database import db, writing
from app.demo.company import SARA
from app.notifications.links import sign
from app.seasons.queries import get_current_season
from challenges.calendar import open_rounds
from tests.app.roster.files import crowd, csv
from tests.browser.pages import LEADS, PUBLIC, SARAS, TOLD
from tests.post_office import PostOffice, link_in

LONG_ENOUGH = "kaffe utan socker"


def public_pages(camera: Camera) -> None:
    camera.walk("public", PUBLIC)
    camera.page.goto("/login")
    camera.page.locator("[name=email]").first.fill("sara@demo.example")
    camera.page.locator("[name=password]").first.fill("fel")
    camera.page.locator("form[action$='/login'] button").first.click()
    camera.show("public-login-refused")
    camera.page.goto("/login/forgotten")
    camera.page.locator("form button.btn").first.click()
    camera.show("public-forgotten-refused")
    camera.show("public-dead-link", "/login/new-password/none")
    camera.page.goto("/login")
    camera.page.context.clear_cookies()
    camera.page.locator("[name=email]").first.fill("sara@demo.example")
    camera.page.locator("form[action$='/login'] button").first.click()
    camera.show("public-resend")


def sara_pages(camera: Camera) -> None:
    camera.become("sara")
    camera.show("sara-ceremony", "/week")
    camera.page.locator("form[action*='/ceremony/'] button").first.click()
    camera.walk("sara", SARAS)
    for path in ("/week", "/league", "/league/teams/1", "/me", "/me/book", "/me/calendar"):
        camera.page.goto(path)
        camera.fold_out(f"sara{path.replace('/', '-')}-unfolded")


def sara_plays(camera: Camera) -> None:
    camera.become("sara")
    camera.page.goto("/week")
    camera.page.locator("form[action*='/ceremony/'] button").first.click()
    camera.send("pledge")
    camera.show("plays-pledge-refused")
    camera.choose("pledge", "mission", 1)
    camera.choose("pledge", "expected", 7)
    camera.send("pledge")
    camera.show("plays-pledged")
    camera.page.locator("details.more summary").click()
    camera.page.locator("[name=happened_on]").fill("2031-01-01")
    camera.page.locator("[name=note]").fill("Bodde granne med mig, visade det sig.")
    camera.send("check-in")
    camera.show("plays-check-in-refused")
    camera.page.locator("[name=happened_on]").fill("")
    camera.choose("check-in", "actual", 3)
    camera.form("check-in").locator("input[type=checkbox]").first.check(force=True)
    camera.send("check-in")
    camera.show("plays-celebration")
    camera.show("plays-saved", "/week")
    camera.fold_out("plays-saved-unfolded")
    camera.show("plays-me", "/me")
    camera.show("plays-badges", "/badges")
    camera.page.goto("/week")
    camera.send("undo")
    camera.show("plays-undone")
    camera.send("redo")
    camera.show("plays-redone")


def sara_goes_away(camera: Camera) -> None:
    camera.become("sara")
    camera.page.goto("/week")
    camera.page.locator("form[action*='/ceremony/'] button").first.click()
    camera.send("away")
    camera.show("away", "/week")
    camera.page.goto("/week/4")
    camera.fold_out("past-round-unfolded")
    camera.show("coming-round", "/week/7")
    camera.page.goto("/me/calendar")
    camera.page.locator("form[action='/me/calendar'] button").click()
    camera.show("calendar-open")
    camera.page.goto("/me/mail")
    camera.page.locator("form[action='/me/mail'] button").first.click()
    camera.show("mail-saved")
    for path, name in (("/me/password", "password"), ("/me/email", "email")):
        camera.page.goto(path)
        submit = camera.page.locator("main form button.btn")
        if submit.count():
            submit.first.click()
            camera.show(f"{name}-refused")
    camera.page.goto("/me/settings")
    camera.fold_out("settings-unfolded")
    camera.page.goto("/me/data")
    camera.page.evaluate(OPEN_ALL)
    camera.page.locator("form[action$='/erase'] [name=email]").fill("nils@demo.example")
    camera.send("erase")
    camera.show("erase-refused")
    camera.page.locator("form[action$='/erase'] [name=email]").fill("sara@demo.example")
    camera.send("erase")
    camera.show("erase-regret")
    camera.show("erase-banner", "/week")
    camera.page.goto("/me/settings")
    camera.page.evaluate(OPEN_ALL)
    camera.send("leave")
    camera.show("left")
    camera.show("left-week", "/week")
    camera.show("left-join", "/join")
    camera.show("forbidden", "/admin/season")


def nils_joins(camera: Camera) -> None:
    camera.become("nils")
    for path in ("/join", "/league", "/badges", "/me", "/me/halfway", "/me/book"):
        camera.show(f"nils{path.replace('/', '-')}", path)
    camera.page.goto("/join")
    camera.send("join")
    camera.show("nils-joined")
    for path in ("/badges", "/me", "/me/halfway", "/me/book", "/league"):
        camera.show(f"nils-joined{path.replace('/', '-')}", path)
    camera.page.goto("/week")
    camera.page.locator("details.report > summary").click()
    camera.send("check-in")
    camera.show("nils-check-in-refused")
    camera.choose("check-in", "mission", 0)
    camera.send("check-in")
    camera.page.locator(".party").wait_for()
    camera.show("nils-celebration")


def johan_reads(camera: Camera) -> None:
    camera.become("johan")
    camera.show("johan-dashboard", "/dashboard")
    camera.fold_out("johan-dashboard-unfolded")
    camera.show("johan-week", "/week")


def aisha_leads(camera: Camera) -> None:
    camera.become("aisha")
    camera.walk("aisha", LEADS)
    camera.show("aisha-plan-edit", "/admin/season/1/plan")
    for path in ("/admin/people/new", "/admin/departments/new", "/admin/departments/1/teams/new"):
        camera.page.goto(path)
        camera.page.locator("main form button.btn").last.click()
        camera.show(f"aisha{path.replace('/', '-')}-refused")
    camera.page.goto("/admin/season/plan")
    camera.page.locator("[name=name]").fill("")
    camera.page.locator("[name=do][value=save]").click()
    camera.page.locator("[aria-invalid]").wait_for()
    camera.show("aisha-plan-refused")
    camera.page.locator("[name=name]").fill("Vår")
    camera.page.locator("[name=do][value=save]").click()
    camera.page.wait_for_url("**/admin/season/*")
    camera.show("aisha-plan-saved")
    camera.fold_out("aisha-plan-saved-unfolded")
    camera.page.goto("/admin/challenges/chatty")
    camera.page.locator("[name='title.sv']").fill("")
    camera.page.locator("[name=do][value=save]").click()
    camera.show("aisha-wording-refused")
    camera.page.locator("[name='title.sv']").fill("Sitt ner")
    camera.page.locator("[name=do][value=preview]").click()
    camera.show("aisha-wording-preview")
    camera.page.locator("[name=do][value=save]").click()
    camera.show("aisha-wording-history", "/admin/challenges/chatty/history")
    camera.page.goto("/admin/season")
    camera.page.locator("form[action='/admin/wall'] button").click()
    camera.show("aisha-wall-link")
    camera.show("wall", camera.page.locator("a.long").get_attribute("href") or "")
    camera.page.goto("/admin/people/2")
    camera.fold_out("aisha-person-unfolded")
    camera.send("close")
    camera.show("aisha-person-closed")
    camera.show("aisha-people-none", "/admin/people?q=ingen+alls")
    camera.show("aisha-log", "/admin/log")


def aisha_imports(camera: Camera) -> None:
    camera.become("aisha")
    people = list(crowd(60))
    wrong = ("", "", "ingen adress", "IT", "Bönräknarna", "Okända")
    for name, body in (
        ("wrong", csv(*people, wrong)),
        ("right", csv(*people)),
        ("broken", b"PK\x03\x04"),
    ):
        camera.page.goto("/admin/people/import")
        ending = "xlsx" if name == "broken" else "csv"
        camera.page.locator("[name=file]").set_input_files(
            {"name": f"personal.{ending}", "mimeType": "text/csv", "buffer": body}
        )
        camera.page.locator("main form button.btn").first.click()
        camera.show(f"import-{name}")
    camera.page.goto("/admin/invitations")
    camera.page.locator("form[action$='/all'] button").first.click()
    camera.show("invitations-leaving")
    camera.page.locator("form[action$='/invitations/link'] button").first.click()
    camera.show("invitations-link")


def strangers_come_in(camera: Camera) -> None:
    office = PostOffice(camera.site.app)
    camera.become("aisha")
    camera.page.goto("/admin/invitations?search=nils")
    camera.page.locator("form[action*='/invitations/people/'] button").first.click()
    camera.page.wait_for_load_state("networkidle")
    with office.open():
        (mail,) = office.deliver()
    camera.become()
    camera.show("invitation", link_in(mail))
    camera.page.locator("[name=password]").fill("kort")
    camera.page.locator("main form button.btn").click()
    camera.show("invitation-refused")
    camera.page.goto("/login/forgotten")
    camera.page.locator("[name=email]").fill("sara@demo.example")
    camera.page.locator("main form button.btn").first.click()
    camera.page.wait_for_load_state("networkidle")
    with office.open():
        (mail,) = office.deliver()
    camera.show("new-password", link_in(mail))
    camera.page.locator("[name=password]").first.fill("kort")
    camera.page.locator("main form button.btn").first.click()
    camera.show("new-password-refused")


def links_in_mails(camera: Camera) -> None:
    site = camera.site
    key = site.app.config["SECRET_KEY"]
    with site.app.app_context():
        sara = db.session.scalars(select(User.id).where(User.email == SARA)).one()
        running = open_rounds(get_current_season().plan, site.clock())[0]
        # The page that a mail opens speaks as its reader does.
        with writing():
            db.session.get_one(User, sara).language = camera.language
        db.session.remove()
    link = f"/mail/week/{sign(PURPOSE, sara, running.id, secret_key=key)}"
    camera.show("from-mail", link)
    camera.page.locator("a[href*='gjort'], main a").first.click()
    camera.show("from-mail-done")
    camera.page.locator("input[name=mission]").first.check(force=True)
    camera.page.locator("main form button.btn").last.click()
    camera.page.wait_for_load_state("networkidle")
    camera.show("from-mail-thanks")
    before = site.clock()
    site.clock.set(running.closes_at)
    camera.show("from-mail-gone", link)
    site.clock.set(before)


def season_ends(camera: Camera) -> None:
    """Round after round is closed, and Sara takes part."""
    for number in range(5, 10):
        camera.become("sara")
        camera.page.goto("/week")
        if number == 6:
            camera.show("end-week-six")
        camera.page.evaluate(OPEN_ALL)
        camera.choose("check-in", "mission", 0)
        camera.choose("check-in", "actual", 9 - number)
        camera.choose("check-in", "recalled", 8)
        camera.send("check-in")
        camera.show(f"end-celebration-{number}")
        camera.become("aisha")
        camera.page.goto("/admin/season")
        if number == 9:
            camera.show("end-admin")
        camera.page.locator(f"form[action$='/rounds/{number}/close'] button").click()
        camera.page.wait_for_load_state("networkidle")
        camera.site.clock.move(weeks=1)
    camera.become("sara")
    camera.walk("end", ("/week", *TOLD, "/league", "/me", "/badges", "/join"))
    camera.page.goto("/me/book")
    camera.fold_out("end-me-book-unfolded")


def first_steps(camera: Camera) -> None:
    """An organisation moves in: nothing is there yet."""
    app = camera.site.app
    with app.app_context(), writing():
        key = setup.make_key(now=camera.site.clock())
    camera.show("empty-landing", "/")
    camera.show("empty-setup", f"/?key={key}")
    camera.page.locator("[name=password]").fill("kort")
    camera.page.locator("main form button.btn").click()
    camera.show("empty-setup-refused")
    for name, value in (("organisation", "Fikabolaget AB"), ("name", "Aisha Warsame")):
        camera.page.locator(f"[name={name}]").fill(value)
    camera.page.locator("[name=email]").fill("aisha@fika.example")
    camera.page.locator("[name=password]").fill(LONG_ENOUGH)
    camera.page.locator("main form button.btn").click()
    camera.page.wait_for_load_state("networkidle")
    camera.show("empty-first-steps", "/admin/season")
    empty = ("/week", "/league", "/badges", "/me", "/me/book", "/dashboard", "/deck", "/finale")
    admin = ("people", "departments", "invitations", "log", "jobs", "mail", "season/plan")
    camera.walk("empty", (*empty, *(f"/admin/{each}" for each in admin)))


Story = Callable[[Camera], None]
STORIES: tuple[Story, ...] = (
    public_pages,
    sara_pages,
    sara_plays,
    sara_goes_away,
    nils_joins,
    johan_reads,
    aisha_leads,
    aisha_imports,
    strangers_come_in,
    links_in_mails,
    season_ends,
    first_steps,
)
