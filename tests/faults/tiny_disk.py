"""A check-in on a disk that is really full: run by itself, in a world of mounts of its own.

`python -m tests.faults.tiny_disk FOLDER` mounts a small file system there, which nobody else sees.
"""

import errno
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from app.database import db
from app.history.models import CheckIn
from app.rhythm.verify import differences
from tests.conftest import NOW, FrozenClock, _migrated, demo_site
from tests.factories import World, catalogue
from tests.faults.test_outages import OWN, assert_handed_back, check_in, form, signed_in

SIZE = "8m"
BLOCK = b"\0" * 4096


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(BLOCK)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
    return filler


def main(folder: Path) -> None:
    subprocess.run(  # noqa: S603 - our own command
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)],  # noqa: S607
        check=True,
    )
    site = demo_site(_migrated(f"sqlite:///{folder / 'site.db'}"))
    site.extensions["clock"] = FrozenClock()
    with site.app_context():
        world = World(NOW)
        browser = signed_in(site, world.person(), world)
        # More than what is left of the files' last blocks.
        typed = form(world) | {"note": "\N{HOT BEVERAGE}\N{COOKIE}" * 1000}
        db.session.rollback()
        filler = fill(folder)
        waiting = assert_handed_back(check_in(browser, typed), typed)
        assert browser.get("/week").status_code == 200
        assert browser.get("/health/ready").status_code == 200
        filler.unlink()
        answer = browser.post(waiting.action, data=waiting.as_dict, headers=OWN)
        assert answer.status_code == 303
        db.session.rollback()
        assert db.session.scalars(select(CheckIn.note)).one() == typed["note"]
        assert list(differences(catalogue())) == []


if __name__ == "__main__":
    main(Path(sys.argv[1]))
