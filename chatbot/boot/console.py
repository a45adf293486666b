"""Tell whoever waits what is going on."""

import os
import sys
import time

# Survives the re-execution in .venv, so that seconds count from the command.
STARTED = "COUNTERFOIL_STARTED"
os.environ.setdefault(STARTED, str(time.time()))


def elapsed() -> float:
    """Seconds since the command was given."""
    return time.time() - float(os.environ[STARTED])


def say(text: str) -> None:
    """One line of progress with the seconds so far."""
    print(f"[{elapsed():5.1f} s] {text}", file=sys.stderr, flush=True)
