"""`manage.py test`: every test, on servers that are thrown away."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections import Counter
from typing import Any

from chatbot.boot import chromium
from chatbot.boot.console import say
from chatbot.boot.paths import ROOT
from chatbot.boot.throw_away import throw_away

PROCESSES = 2
# So many may have failed only because others ran beside them on the same cores.
FEW = 12


def settings_on(database_url: str, redis_url: str) -> dict[str, str]:
    """What a process needs to run on throw-away servers, and nothing of the operator's."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "OPENAI_API_KEY": "test",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",  # nobody; tests start their own model
        "CHAT_MODEL": "demo-1",
        "PYTHONHASHSEED": "0",
    }


def run(words: list[str]) -> int:
    """The tests have run; the last line counts them, the status is pytest's."""
    import pytest  # noqa: PLC0415 - only in the test set

    try:
        browser = chromium.find()
    except chromium.NoChromium as reason:
        say(f"WITHOUT BROWSER TESTS: {reason}")
        browser = {"NO_CHROMIUM_REASON": str(reason)}
    # SIGTERM ends as Ctrl-C does: what the tests have started is stopped first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    count = Count()
    # The whole suite mostly waits: for leases, beats, browsers. What is named runs in order.
    processes = 1 if words else PROCESSES
    say("starting throw-away PostgreSQL and Valkey")
    with contextlib.ExitStack() as undo:
        servers = [settings_on(*undo.enter_context(throw_away())) for _ in range(processes)]
        os.environ.update(servers[0] | browser)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        if words:
            status = pytest.main(words, plugins=[count])
        else:
            # tests/settings.py takes those of its process
            os.environ["TEST_SERVERS"] = json.dumps(servers)
            side_by_side = ["-n", str(processes), "--dist", "loadfile"]
            status = pytest.main(["tests", "-q", *side_by_side], plugins=[count])
    sys.stdout.flush()
    if not words and 0 < len(count.failed()) <= FEW:
        status = _alone(count)
    print(count.line(), flush=True)
    return int(status)


def _alone(count: "Count") -> int:
    """What failed beside others was asked once more by itself; what fails again has failed."""
    failed = count.failed()
    say(f"{len(failed)} failed beside others; each is asked once more, alone")
    again = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, str(ROOT / "manage.py"), "test", "-q", *failed], cwd=ROOT, check=False
    )
    if again.returncode == 0:
        count.passed(failed)
    return again.returncode


class Count:
    """A pytest plugin that counts outcomes; an error of a fixture is a failure."""

    def __init__(self) -> None:
        self._worst: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Each test counts once, by the worst of set-up, call and tear-down."""
        ranks = ["passed", "skipped", "failed"]
        worst = self._worst.get(report.nodeid, "passed")
        self._worst[report.nodeid] = max(worst, report.outcome, key=ranks.index)

    def pytest_collectreport(self, report: Any) -> None:
        """A file that cannot be collected is a failure."""
        if report.failed:
            self._worst[report.nodeid] = "failed"

    def failed(self) -> list[str]:
        """The tests that failed, by name."""
        return sorted(name for name, worst in self._worst.items() if worst == "failed")

    def passed(self, names: list[str]) -> None:
        """These have passed after all."""
        self._worst |= dict.fromkeys(names, "passed")

    def line(self) -> str:
        """The closing line."""
        outcomes = Counter(self._worst.values())
        return (
            f"{outcomes['passed']} passed, {outcomes['failed']} failed, "
            f"{outcomes['skipped']} skipped"
        )
