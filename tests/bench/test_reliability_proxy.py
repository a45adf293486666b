"""The network of `bench reliability` does to a connection what it is told, and nothing else."""

import socket
import threading
import time

import pytest

from chatbot.bench.reliability.orders import Orders
from chatbot.boot.ports import free_port


class Echo:
    """A server that sends back what it gets, at a port that closes with the test."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.lines = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            self.lines.append(line)
            threading.Thread(target=self._answer, args=[line], daemon=True).start()

    def _answer(self, line):
        try:
            while data := line.recv(65536):
                line.sendall(data)
        except OSError:
            pass

    def close(self):
        for one in [self.server, *self.lines]:
            one.close()


@pytest.fixture
def echo():
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def proxy(echo):
    port = free_port()
    dead = free_port()  # a web process that is gone: the next one is tried
    orders = Orders(
        "chatbot.bench.reliability.proxy",
        {"upstreams": [dead, echo.port], "lanes": {"lane": port}, "seed": 1},
    )
    orders.port = port
    yield orders
    orders.stop()


@pytest.fixture
def line(proxy):
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as line:
        line.sendall(b"hello")
        assert line.recv(100) == b"hello"
        yield line


def until_reset(line):
    received = b""
    try:
        while piece := line.recv(100):
            received += piece
    except ConnectionResetError:
        return received
    raise AssertionError("closed, not reset")


def test_bytes_after_the_cut_do_not_pass_and_the_line_is_reset(proxy, line, echo):
    assert proxy("cut", lane="lane", after=[3]) == 1
    line.sendall(b"abcdef")
    assert until_reset(line) in (b"", b"abc")


def test_a_cut_at_nothing_resets_at_once(proxy, line):
    proxy("cut", lane="lane", after=[0])
    with pytest.raises(ConnectionResetError):
        line.recv(100)


def test_a_held_line_swallows_and_tells_nobody(proxy, line):
    assert proxy("hold", lane="lane") == 1
    line.sendall(b"into the void")
    line.settimeout(0.3)
    with pytest.raises(TimeoutError):
        line.recv(100)
    assert proxy("held", lane="lane") == [0.0]


def test_a_held_line_notes_when_the_server_gives_up(proxy, line, echo):
    proxy("hold", lane="lane")
    echo.lines[0].shutdown(socket.SHUT_RDWR)
    deadline = time.monotonic() + 5
    while proxy("held", lane="lane") == [0.0] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert proxy("held", lane="lane")[0] > 0


def test_a_slow_lane_delays_and_keeps_every_byte(proxy, line):
    proxy("plan", lane="lane", plan={"delay_s": 0.2, "bytes_per_s": 100_000, "stall_share": 0.5})
    sent = bytes(range(256)) * 100
    begun = time.monotonic()
    line.sendall(sent)
    received = b""
    while len(received) < len(sent):
        received += line.recv(65536)
    assert received == sent
    assert time.monotonic() - begun > 0.4  # both ways
