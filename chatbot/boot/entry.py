"""Which command was given, and what it needs before it can run.

Imports stand inside the functions: nothing is installed before `.venv` is
entered, and a command pays only for what it uses.
"""

import os

from chatbot.boot import venv
from chatbot.boot.paths import VAR

WANT_TESTS = {"test", "bench", "check_code"}
# These touch no server: no need to start one.
WANT_NO_SERVER = {
    *("build_widget", "collectstatic", "demo_model", "document_settings", "help", "version"),
}


def main(words: list[str]) -> int:
    """The command has run inside `.venv`; returns its exit status."""
    command = words[1] if len(words) > 1 else "help"
    venv.enter(venv.TESTS if command in WANT_TESTS else venv.RUNTIME)
    (VAR / "static").mkdir(parents=True, exist_ok=True)  # what is collected for an image
    match command:
        case "up":
            return _up(words[2:])
        case "test":
            return _test(words[2:])
        case "check_code":
            return _check_code()
        case "reset":
            return _reset(words[2:])
        case "bench":
            return _on_throw_away_servers(words)
        case _ if command in WANT_NO_SERVER or "--help" in words:
            return _without_servers(words)
    return _on_the_clones_servers(words)


def _up(words: list[str]) -> int:
    from chatbot.boot import options, up  # noqa: PLC0415

    return up.run(options.read(words))


def _test(words: list[str]) -> int:
    from chatbot.boot import testing  # noqa: PLC0415

    return testing.run(words)


def _check_code() -> int:
    from chatbot.boot import checking  # noqa: PLC0415

    return checking.run()


def _reset(words: list[str]) -> int:
    from chatbot.boot import reset  # noqa: PLC0415

    return reset.run(words)


def _on_throw_away_servers(words: list[str]) -> int:
    from chatbot.boot.testing import settings_on  # noqa: PLC0415
    from chatbot.boot.throw_away import throw_away  # noqa: PLC0415

    with throw_away() as (database_url, redis_url):
        os.environ.update(settings_on(database_url, redis_url))
        _django([words[0], "migrate", "--verbosity", "0"])
        return _django(words)


def _without_servers(words: list[str]) -> int:
    """Settings insist on addresses; these lead nowhere, for commands that go nowhere."""
    os.environ.setdefault("SECRET_KEY", "unused")
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:9/nothing")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:9/0")
    return _django(words)


def _on_the_clones_servers(words: list[str]) -> int:
    from chatbot.boot import dotenv, embedded  # noqa: PLC0415

    if not all(map(dotenv.setting, ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"))):
        dotenv.write_once()
    with embedded.addresses() as addresses:
        os.environ.update(addresses)
        return _django(words)


def _django(words: list[str]) -> int:
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot.settings")
    try:
        execute_from_command_line(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0
