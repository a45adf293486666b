"""The operator's `.env`: written once, with secrets of its own, and never changed again."""

import base64
import os
import secrets

from dotenv import dotenv_values

from chatbot.boot.console import say
from chatbot.boot.paths import DOTENV

TEMPLATE = """\
# Written by `python3 manage.py up`. Yours from now on: it is never changed again.

SECRET_KEY={secret_key}
# Encrypts provider keys in the database. Keep a copy apart from the backups. To change it put
# the new one before it, with a comma, and run `manage.py rotate_keys`.
FIELD_KEY={field_key}
# Of the embedded servers under var/; not used where the addresses below are set.
POSTGRES_PASSWORD={postgres_password}
VALKEY_PASSWORD={valkey_password}

# Your own servers instead of the embedded ones:
# DATABASE_URL=postgres://user:password@host:5432/name
# REDIS_URL=redis://:password@host:6379/0

# A real model instead of the demo model (any OpenAI-compatible server):
# OPENAI_API_KEY=
# OPENAI_BASE_URL=
# CHAT_MODEL=gpt-6-luna

# The address that visitors see:
# PUBLIC_URL=https://chat.example.com
"""


def write_once() -> None:
    """`.env` exists, readable by its owner only; one that is there stays as it is."""
    try:
        handle = os.open(DOTENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(
            TEMPLATE.format(
                secret_key=secrets.token_urlsafe(48),
                field_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                postgres_password=secrets.token_urlsafe(24),
                valkey_password=secrets.token_urlsafe(24),
            )
        )
    say("wrote .env with random secrets")


def setting(name: str) -> str | None:
    """What the operator set, in the environment first and `.env` second; None for nothing."""
    return os.environ.get(name) or dotenv_values(DOTENV).get(name) or None


def needed(name: str) -> str:
    """What the operator set; where it is missing the command ends and says so."""
    value = setting(name)
    if value is None:
        raise SystemExit(f"{name} is missing in .env. Add a line `{name}=…` with a random value.")
    return value
