"""What the site is measured against: Flask and SQLAlchemy doing the least that is of any use.

A page of one indexed query with fifty rendered rows; a write of one insert and one update.
"""

import os

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import String, create_engine, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import app.database  # noqa: F401 - it prepares connections to SQLite for both

ROWS = 50
GROUPS = 200
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bare</title></head>
<body><h1>Rows</h1><table>{% for row in rows %}
<tr><th scope="row">{{ row.id }}</th><td>{{ row.name }}</td><td>{{ row.count }}</td></tr>
{% endfor %}</table></body></html>"""


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "bare_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    group: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(60))
    count: Mapped[int] = mapped_column(default=0)


class Event(Base):
    __tablename__ = "bare_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    row_id: Mapped[int]


def fill(url: str) -> None:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        if not session.scalar(select(func.count()).select_from(Row)):
            session.add_all(
                Row(group=group, name=f"Row {group} {number}")
                for group in range(GROUPS)
                for number in range(ROWS)
            )
            session.commit()


def create_app() -> Flask:
    engine = create_engine(os.environ["FIKALIGAN_DATABASE_URL"])
    bare = Flask(__name__)
    bare.jinja_env.loader = DictLoader({"page.html": PAGE})

    @bare.get("/page/<int:group>")
    def page(group: int) -> str:
        with Session(engine) as session:
            rows = session.scalars(select(Row).where(Row.group == group).order_by(Row.id)).all()
            return render_template("page.html", rows=rows)

    @bare.post("/write/<int:row_id>")
    def write(row_id: int) -> tuple[str, int]:
        with Session(engine) as session:
            session.connection(execution_options={"is_write": True})
            session.add(Event(row_id=row_id))
            session.execute(update(Row).where(Row.id == row_id).values(count=Row.count + 1))
            session.commit()
        return "", 204

    return bare
