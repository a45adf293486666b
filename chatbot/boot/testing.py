"""`manage.py test`: every test, on servers that are thrown away."""

import contextlib
import json
import os
import secrets
import signal
import sys
from collections import Counter
from typing import Any

from chatbot.boot import chromium
from chatbot.boot.console import say
from chatbot.boot.throw_away import throw_away

PROCESSES = 3


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
    print(count.line(), flush=True)
    return int(status)


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

    def line(self) -> str:
        """The closing line."""
        outcomes = Counter(self._worst.values())
        return (
            f"{outcomes['passed']} passed, {outcomes['failed']} failed, "
            f"{outcomes['skipped']} skipped"
        )
