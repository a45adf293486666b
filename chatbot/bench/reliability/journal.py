"""The client's own log: what browsers sent, were told and showed, one JSON line each."""

import time
from pathlib import Path
from typing import Any

import orjson


class Journal:
    """Appends lines; the clock is the monotonic one, which all processes of a machine share."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=1 << 16)

    def write(self, what: str, **told: Any) -> None:
        """The line is in the log, at the latest after `flush`."""
        line = {"t": round(time.monotonic(), 4), "what": what, **told}
        self._file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def flush(self) -> None:
        """Every line so far can be read by others."""
        self._file.flush()
