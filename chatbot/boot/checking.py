"""`manage.py check_code`: format, lint, types, migrations, Django's own checks."""

import secrets
import subprocess

from chatbot.boot.console import say
from chatbot.boot.paths import ROOT
from chatbot.boot.processes import environment, manage, python
from chatbot.boot.testing import settings_on
from chatbot.boot.throw_away import throw_away

STEPS = {
    "format": python("-m", "ruff", "format", "--check", "."),
    "lint": python("-m", "ruff", "check", "."),
    "types": python("-m", "mypy", "chatbot", "billing", "conversations"),
    "missing migrations": manage("makemigrations", "--check", "--dry-run"),
    "Django's checks": manage("check", "--deploy", "--fail-level", "WARNING"),
}
# As served to the world, which is what the checks for deployment are about.
LIVE = {"PUBLIC_URL": "https://chat.example.com", "SECRET_KEY": secrets.token_hex(40)}


def run() -> int:
    """Every step has run; the status is 1 where any found something."""
    with throw_away() as servers:  # Django looks into the database for missing migrations
        settings = environment(**settings_on(*servers) | LIVE)
        failed = [name for name, command in STEPS.items() if not _passes(name, command, settings)]
    _print_longest()
    if failed:
        print(f"check_code found something: {', '.join(failed)}")
    return 1 if failed else 0


def _passes(name: str, command: list[str], settings: dict[str, str]) -> bool:
    say(name)
    return subprocess.run(command, cwd=ROOT, env=settings, check=False).returncode == 0  # noqa: S603


def _print_longest() -> None:
    lengths = {
        path: len(path.read_text().splitlines())
        for app in ("chatbot", "billing", "conversations", "tests", "static")
        for path in (ROOT / app).rglob("*")
        if path.suffix in {".py", ".js", ".css"} and "migrations" not in path.parts
    }
    print("The ten longest files:")
    for path, lines in sorted(lengths.items(), key=lambda item: -item[1])[:10]:
        print(f"{lines:6} {path.relative_to(ROOT)}")
