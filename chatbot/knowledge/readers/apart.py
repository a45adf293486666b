"""Read a file in a process of its own, which knows no secret and has little time and memory."""

import json
import subprocess
import sys
from typing import Any

from chatbot.knowledge.readers.base import Unreadable

SECONDS = 60


def read_apart(script: str, content: bytes) -> dict[str, Any]:
    """What the script says about the content; its `problem` is `Unreadable`, and so is its end."""
    try:
        done = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-I", script], input=content, capture_output=True, timeout=SECONDS,
            env={}, check=False,
        )  # fmt: skip
        found = json.loads(done.stdout) if done.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        found = {}
    except ValueError:
        found = {}
    if not found:
        raise Unreadable("The file is damaged, or so large that reading it took too long.")
    if "problem" in found:
        raise Unreadable(found["problem"])
    return found
