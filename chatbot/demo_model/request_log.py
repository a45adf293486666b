"""The append-only record of every request and the tokens it billed."""

import os
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

REMEMBERED = 100_000


@dataclass
class Record:
    """One request, filled in as it goes; `completion_tokens` is what was generated."""

    endpoint: str
    request_id: str
    attempt: str | None
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    model: str | None = None
    stream: bool = False
    status: int | None = None
    code: str | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    usage_delivered: bool = False
    outcome: str = "error"
    fault: str | None = None
    duration_ms: float = 0.0


class RequestLog:
    """Keeps records in memory and, where a path is given, as one JSON line each."""

    def __init__(self, path: Path | None = None) -> None:
        self._file: int | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o640)
        self._lines: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self._sums: Counter[str] = Counter()

    def write(self, record: Record, started: float) -> None:
        """Append the record in one write, so that two processes never mix their lines."""
        record.duration_ms = round((time.monotonic() - started) * 1000, 3)
        line = asdict(record)
        if self._file is not None:
            os.write(self._file, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        self._lines.append(line)
        self._sums["requests"] += 1
        self._sums[f"outcome_{record.outcome}"] += 1
        for name in ("prompt_tokens", "cached_tokens", "completion_tokens"):
            self._sums[name] += line[name]

    def lines(self, attempt: str | None = None) -> list[dict[str, Any]]:
        """The latest records, oldest first; of one attempt where it is named."""
        return [line for line in self._lines if attempt in (None, line["attempt"])]

    def totals(self) -> dict[str, int]:
        """Requests, outcomes and tokens since this process started."""
        return dict(self._sums)
