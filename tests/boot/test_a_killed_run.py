"""A run of tests or benches that ends by force leaves no process behind."""

import contextlib
import signal
import subprocess
import sys
import time

import psutil
import pytest

from chatbot.boot.paths import ROOT

RUN = """
import django
django.setup()
from chatbot.bench.stack import Stack
stack = Stack()
stack._logs.mkdir(parents=True, exist_ok=True)
stack.start("demo model")
print(stack.processes["demo model"].pid, flush=True)
signal_is_awaited = input()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties processes together")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_its_stack_ends_with_it(how):
    command = [sys.executable, "-c", RUN]
    run = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with run:
        started = psutil.Process(int(run.stdout.readline()))
        run.send_signal(how)
    with contextlib.suppress(psutil.NoSuchProcess):
        started.wait(10)
    assert not started.is_running()


def test_tests_that_are_told_to_end_stop_what_they_started(tmp_path):
    test = tmp_path / "test_long.py"
    test.write_text(
        "import time\n\ndef test_long():\n    print('begun', flush=True)\n    time.sleep(60)\n"
    )
    command = [sys.executable, "manage.py", "test", str(test), "-q", "-s", "-p", "no:cacheprovider"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        while "begun" not in (line := run.stdout.readline()):
            assert line, "the tests did not begin"
        servers = psutil.Process(run.pid).children(recursive=True)
        run.send_signal(signal.SIGTERM)
        said = run.stdout.read()
    assert servers
    deadline = time.monotonic() + 10
    while any(one.is_running() for one in servers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [one for one in servers if one.is_running()]
    assert "0 failed" in said
