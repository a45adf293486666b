"""The bench's side of a client process that is told one word at a time."""

import subprocess
import sys
from typing import Any

import orjson

from chatbot.bench.frame import CannotMeasure


class Remote:
    """A client process; used as a context, it runs inside and is gone after."""

    def __init__(self, module: str, job: Any) -> None:
        self._module = module
        self._process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._write(orjson.dumps(job))

    def __enter__(self) -> "Remote":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, word: str) -> dict[str, Any]:
        """What it answers to this word."""
        self._write(word.encode())
        return self.heard()

    def heard(self) -> dict[str, Any]:
        """The next line that it says."""
        line = self._process.stdout.readline() if self._process.stdout else b""
        if not line:
            raise CannotMeasure(f"{self._module} ended early; its error stands above.")
        answer: dict[str, Any] = orjson.loads(line)
        return answer

    def _write(self, line: bytes) -> None:
        if self._process.stdin:
            try:
                self._process.stdin.write(line + b"\n")
                self._process.stdin.flush()
            except BrokenPipeError:
                raise CannotMeasure(f"{self._module} ended; its error stands above.") from None
