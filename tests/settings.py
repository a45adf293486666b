"""The product's settings, with what only tests want."""

import json
import os

# Each of several processes has servers of its own: a test may empty all of Redis.
if process := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ.update(json.loads(os.environ["TEST_SERVERS"])[int(process.removeprefix("gw"))])

if "DATABASE_URL" not in os.environ:
    raise SystemExit("Tests need their own PostgreSQL and Valkey: run `python3 manage.py test`.")

from chatbot.settings import *  # noqa: F403

# Fast, and only here: no account of a test is worth guessing.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SECURE_SSL_REDIRECT = False

# Tests of what happens at the same time have ten threads in this one process.
DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = 20  # noqa: F405
