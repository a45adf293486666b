"""A real demo model process, and clients that ask it."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI  # noqa: TID251 - whether the official SDK understands us is the question

ROOT = Path(__file__).resolve().parents[2]
UNUSED_SETTINGS = {
    "SECRET_KEY": "unused",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "DJANGO_SETTINGS_MODULE": "chatbot.settings",
}


@dataclass
class Answer:
    """A response read to its end, or to where it broke."""

    status: int
    headers: dict[str, str]
    body: bytes
    broken: Exception | None = None

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The JSON of each server-sent event."""
        lines = self.body.decode().split("\n\n")
        return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]

    @property
    def text(self) -> str:
        """What the chat stream said."""
        choices = [choice for event in self.events for choice in event["choices"]]
        return "".join(choice["delta"].get("content", "") for choice in choices)


@dataclass
class Demo:
    """A running server."""

    port: int
    log_path: Path
    pid: int

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        fault: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request over a connection of its own; `body` is JSON unless it is bytes."""
        sent = {"content-type": "application/json"} | (headers or {})
        if fault is not None:
            sent["x-demo-fault"] = json.dumps(fault)
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            read, broken = _read(response)
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, read, broken)
        finally:
            connection.close()

    def chat(self, question: str, *, fault: dict[str, Any] | None = None, **more: Any) -> Answer:
        """One chat request, as fast as it comes unless the fault says otherwise."""
        headers = more.pop("headers", None)
        body = {"model": "demo-1", "messages": [{"role": "user", "content": question}], **more}
        return self.ask(
            "POST", "/v1/chat/completions", body, fault=FAST | (fault or {}), headers=headers
        )

    def logged(self, attempt: str) -> dict[str, Any]:
        """The one log line of this attempt, as soon as it is there."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            lines = self.ask("GET", f"/control/log?attempt={attempt}").json
            if lines:
                (line,) = lines
                return dict(line)
            time.sleep(0.02)
        raise AssertionError(f"attempt {attempt} was never logged")


FAST = {"first_token_ms": 0, "token_ms": 0}


def _read(response: http.client.HTTPResponse) -> tuple[bytes, Exception | None]:
    parts = []
    try:
        while part := response.read1(65536):
            parts.append(part)
    except (OSError, http.client.HTTPException) as broken:
        return b"".join(parts), broken
    return b"".join(parts), None


@contextmanager
def running(log_path: Path, *options: str) -> Iterator[Demo]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "django", "demo_model", "--port", str(port)]
    environment = os.environ | UNUSED_SETTINGS | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*command, "--log", str(log_path), *options], cwd=ROOT, env=environment
    ) as process:
        try:
            _wait_for(port, process)
            yield Demo(port, log_path, process.pid)
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the demo model did not start")


@pytest.fixture(scope="session")
def _shared_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running(tmp_path_factory.mktemp("demo") / "requests.jsonl") as demo:
        yield demo


@pytest.fixture
def demo(_shared_demo: Demo) -> Iterator[Demo]:
    """The server all tests share, without rules of earlier tests."""
    yield _shared_demo
    _shared_demo.ask("DELETE", "/control/behaviour")
    _shared_demo.ask("PUT", "/control/models", [])


@pytest.fixture
def start_demo(tmp_path: Path) -> Callable[..., Any]:
    """Starts a server of the test's own, with options."""
    return lambda *options: running(tmp_path / "requests.jsonl", *options)


@pytest.fixture
def sdk(demo: Demo) -> Iterator[OpenAI]:
    """The official SDK, pointed at the server; it does not retry."""
    url = f"http://127.0.0.1:{demo.port}/v1"
    headers = {"x-demo-fault": json.dumps(FAST)}
    with OpenAI(base_url=url, api_key="any", max_retries=0, default_headers=headers) as client:
        yield client


@pytest.fixture
def attempt() -> str:
    """An attempt id no other request carries."""
    return str(uuid.uuid4())
