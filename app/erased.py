"""Whom this installation has erased, by random ids that tell nothing without an old backup.

The list is a file and no table, so that putting back a backup does not forget it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from app.config import INSTANCE

NAME = "erased"


@dataclass(frozen=True, slots=True)
class ErasedList:
    path: Path

    @classmethod
    def of(cls, url: URL) -> "ErasedList":
        """Beside the database's file, or in instance/ where the database is a server."""
        if url.get_backend_name() == "sqlite" and url.database:
            return cls(Path(f"{url.database}-{NAME}"))
        return cls(INSTANCE / NAME)

    def add(self, public_id: str) -> None:
        """On the disk when this returns."""
        if public_id in self.ids():
            return
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with open(descriptor, "a", encoding="ascii") as file:
            # In front too: a line that broke off must not swallow this one.
            file.write(f"\n{public_id}\n")
            file.flush()
            os.fsync(file.fileno())

    def ids(self) -> frozenset[str]:
        if not self.path.exists():
            return frozenset()
        return frozenset(self.path.read_text(encoding="ascii").split())
