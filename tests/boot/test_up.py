"""`manage.py up` starts the product wherever it is, and leaves nothing behind."""

import socket
import stat

import psutil
import pytest

from chatbot.boot.ports import free_port
from tests.boot.clone import Clone, answers, still_running


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone in which the product ran once, so that later runs are quick."""
    one = Clone(tmp_path_factory.mktemp("up"))
    one.first = one.up("--port", str(free_port(20000)))
    one.first_port = one.first.port()
    one.first_answers = answers(one.first_port)
    one.first.interrupt()
    return one


@pytest.fixture
def running(clone):
    up = clone.up("--port", str(free_port(20100)))
    up.port()
    yield up
    if up.process.poll() is None:
        up.interrupt()


def test_the_first_run_answers_and_shows_a_password_once(clone, running):
    assert clone.first_answers
    assert "admin@example.com  /  " in clone.first.said
    assert "(shown once)" in clone.first.said
    assert "(shown once)" not in running.said


def test_secrets_are_written_once_and_for_the_owner_only(clone):
    dotenv = clone.root / ".env"
    assert stat.S_IMODE(dotenv.stat().st_mode) == 0o600
    before = dotenv.read_text()
    up = clone.up("--port", str(free_port(20100)))
    up.port()
    up.interrupt()
    assert dotenv.read_text() == before
    assert "SECRET_KEY=" in before
    for line in before.splitlines():
        if line and not line.startswith("#"):
            assert line.split("=", 1)[1] not in up.said


def test_a_taken_port_makes_way_for_the_next(clone):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        up = clone.up("--port", str(number))
        port = up.port()
        assert port > number
        assert answers(port)
        up.interrupt()
        assert f"port {number} is taken" in up.said


def test_a_second_command_at_once_points_to_the_first(clone):
    both = [clone.up("--port", str(free_port(20200))) for _ in range(2)]
    for up in both:
        up.wait_for("already running|PostgreSQL and Valkey answer")
    lost, won = sorted(both, key=lambda up: "already running" not in up.said)
    port = won.port()
    assert lost.process.wait(60) == 0
    assert f"http://localhost:{port}/" in lost.said
    assert answers(port)
    won.interrupt()


def test_ctrl_c_leaves_no_process(running):
    family = running.family()
    assert len(family) > 5
    assert running.interrupt() == 0
    assert still_running(family) == []
    assert "Traceback" not in running.said


def test_after_a_kill_it_starts_again_and_the_old_processes_are_gone(clone, running):
    children = psutil.Process(running.process.pid).children()
    family = running.family()
    running.process.kill()
    running.process.wait()
    again = clone.up("--port", str(free_port(20300)))
    assert answers(again.port())
    ours = [one for one in children if one.is_running() and "python" in one.name()]
    assert psutil.wait_procs(ours, timeout=10)[1] == []
    again.interrupt()
    assert still_running(family) == []
