"""`manage.py reset`: as on the first day."""

import argparse
import shutil

from chatbot.boot.console import say
from chatbot.boot.dotenv import setting
from chatbot.boot.embedded import LOCK as SERVERS_LOCK
from chatbot.boot.embedded import USERS
from chatbot.boot.locks import if_first
from chatbot.boot.paths import VAR
from chatbot.boot.up import LOCK

KEPT = {"backups", LOCK.name, SERVERS_LOCK.name, USERS.name}


def run(words: list[str]) -> int:
    """Everything under `var/` but the backups is gone, and `.env` is as it was.

    Refused while `up` runs, and where the database is the operator's own:
    nothing of that is touched.
    """
    parser = argparse.ArgumentParser(
        prog="manage.py reset",
        description="Throw away the embedded database with all conversations; keep .env.",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(words)
    if setting("DATABASE_URL"):
        say("DATABASE_URL is set: that database is yours, and nothing here touches it.")
        return 1
    with if_first(LOCK) as first, if_first(USERS) as alone:
        if not (first and alone):
            say("`up` or another command runs in this clone; end it first.")
            return 1
        if not options.yes and not _agreed():
            say("nothing was changed")
            return 1
        for path in sorted(VAR.iterdir()) if VAR.exists() else []:
            if path.name in KEPT:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    say("gone; `python3 manage.py up` begins anew. Backups and .env were kept.")
    return 0


def _agreed() -> bool:
    try:
        answer = input("All conversations, documents and the ledger in var/ go. Type “reset”: ")
    except EOFError:
        return False
    return answer.strip() == "reset"
