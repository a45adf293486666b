"""A PostgreSQL and a Valkey for one command, gone with their data at its end."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from chatbot.boot.postgres import start_postgres
from chatbot.boot.valkey import start_valkey


@contextlib.contextmanager
def throw_away() -> Iterator[tuple[str, str]]:
    """`DATABASE_URL` and `REDIS_URL` of fast and forgetful servers; call it in the main thread."""
    with contextlib.ExitStack() as undo:
        folder = Path(
            undo.enter_context(
                tempfile.TemporaryDirectory(prefix="counterfoil-", ignore_cleanup_errors=True)
            )
        )
        folder.chmod(0o711)  # PostgreSQL may have to run as another user than root
        valkey = start_valkey(folder / "valkey", "test", throw_away=True)
        undo.callback(valkey.stop)
        postgres = start_postgres(folder / "postgres", "test", throw_away=True)
        undo.callback(postgres.stop)
        yield postgres.url, valkey.url
