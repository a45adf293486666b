"""What two other judges say of the code and the settings: bandit, and Django for deployment."""

import importlib.util
import re
import secrets
import subprocess
from pathlib import Path
from typing import Any

import orjson

from chatbot.bench.frame import CannotMeasure
from chatbot.boot.paths import ROOT
from chatbot.boot.processes import environment, manage, python

APPS = ("chatbot", "billing", "conversations")
# ruff has the same rules under S; what a person has looked at is marked for it, with the rule.
# It knows no B703, which says of mark_safe what B308 says.
SAME = {"B703": "S308"}
WARNING = re.compile(r"\((security|\w+)\.W\d+\)")


def deploy_warnings() -> list[str]:
    """What Django's `check --deploy` warns of where the product is served under https."""
    settings = environment(PUBLIC_URL="https://chat.example.com", SECRET_KEY=secrets.token_hex(40))
    done = subprocess.run(  # noqa: S603 - our own command
        manage("check", "--deploy"), cwd=ROOT, env=settings, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    if done.returncode or "System check identified" not in said:
        raise CannotMeasure(f"check --deploy ended with {done.returncode}: {said[-500:]}")
    return [line.strip() for line in said.splitlines() if WARNING.search(line)]


def bandit_findings() -> tuple[list[str], int]:
    """What bandit finds of middling weight or more and nobody has reviewed; and how many were."""
    if importlib.util.find_spec("bandit") is None:
        raise CannotMeasure("bandit is not installed; it comes with the tests' packages.")
    done = subprocess.run(  # noqa: S603 - our own command
        python("-m", "bandit", "-q", "-r", *APPS, "-ll", "-f", "json"),
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    found = orjson.loads(done.stdout)
    if found["errors"]:
        raise CannotMeasure(f"bandit could not read {found['errors'][0]}")
    new = [one for one in found["results"] if not _reviewed(one)]
    return [
        f"{one['test_id']} {one['filename']}:{one['line_number']} {one['issue_text']}"
        for one in new
    ], len(found["results"]) - len(new)


def _reviewed(one: dict[str, Any]) -> bool:
    rule = SAME.get(one["test_id"], "S" + one["test_id"][1:])
    lines = (ROOT / Path(one["filename"])).read_text().splitlines()
    if any(line.startswith("# ruff: noqa") and rule in line for line in lines[:5]):
        return True
    first, last = min(one["line_range"]), max(one["line_range"])
    # ruff wants the mark on the last line of a text, which may end after bandit's range
    return any(rule in line.partition("# noqa")[2] for line in lines[first - 1 : last + 8])
