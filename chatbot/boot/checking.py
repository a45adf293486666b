"""`manage.py check_code`: format, lint, types, migrations, Django's own checks."""

import subprocess

from chatbot.boot.console import say
from chatbot.boot.paths import ROOT
from chatbot.boot.supervisor import environment, manage, python

STEPS = {
    "format": python("-m", "ruff", "format", "--check", "."),
    "lint": python("-m", "ruff", "check", "."),
    "types": python("-m", "mypy", "chatbot", "billing", "conversations"),
    "missing migrations": manage("makemigrations", "--check", "--dry-run"),
    "Django's checks": manage("check", "--fail-level", "WARNING"),
}
# Settings that nothing connects to.
NOWHERE = {
    "SECRET_KEY": "check",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


def run() -> int:
    """Every step has run; the status is 1 where any found something."""
    failed = []
    for name, command in STEPS.items():
        say(name)
        if subprocess.run(command, cwd=ROOT, env=environment(**NOWHERE), check=False).returncode:  # noqa: S603
            failed.append(name)
    _print_longest()
    if failed:
        print(f"check_code found something: {', '.join(failed)}")
    return 1 if failed else 0


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
