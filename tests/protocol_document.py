"""`PROTOCOL.md` as data: what it says of every frame, event and error, to hold the code to it."""

import functools
import json
import re
from typing import Any

from chatbot.boot.paths import ROOT

Example = dict[str, Any]
# What the document says stands there only sometimes.
SOMETIMES = {
    "error": {"id", "reply", "after"},
    "message": {"name"},
    "reply.done": {"suggestions"},
}


@functools.cache
def browser_frames() -> dict[str, Example]:
    """By its type, the example of each frame that a browser sends."""
    return _frames("## From the browser")


@functools.cache
def server_frames() -> dict[str, Example]:
    """By its type, the example of each frame that the server sends."""
    return _frames("## From the server")


@functools.cache
def events() -> dict[str, Example]:
    """By its kind, the example of each event's data."""
    rows = re.findall(r"^\| `([\w.]+)` \| `({.*?})`", _section("### Events"), re.M)
    return {kind: _read(example) for kind, example in rows}


@functools.cache
def error_codes() -> set[str]:
    """Every code of an `error` frame."""
    first_cells = re.findall(r"^\| (`[a-z_`, ]+`) \|", _section("### Error codes"), re.M)
    return set(re.findall(r"`(\w+)`", " ".join(first_cells)))


def check(frame: dict[str, Any]) -> None:
    """The server's frame has the fields that the document names; `AssertionError` else."""
    kind = frame["type"]
    assert kind in server_frames(), f"{kind} is no frame of PROTOCOL.md"
    _check_names(kind, frame, server_frames()[kind])
    if kind == "event":
        assert frame["kind"] in events(), f"{frame['kind']} is no event of PROTOCOL.md"
        _check_names(frame["kind"], frame["data"], events()[frame["kind"]])
    if kind == "error":
        assert frame["code"] in error_codes(), f"{frame['code']} is no code of PROTOCOL.md"


def _check_names(kind: str, found: dict[str, Any], example: Example) -> None:
    differs = set(found) ^ set(example)
    assert differs <= SOMETIMES.get(kind, set()), f"{kind} differs from PROTOCOL.md in {differs}"


def _frames(heading: str) -> dict[str, Example]:
    rows = re.findall(r"^\| `({.*?})` \|", _section(heading), re.M)
    return {one["type"]: one for one in map(_read, rows)}


def _section(heading: str) -> str:
    text = (ROOT / "chatbot" / "live" / "PROTOCOL.md").read_text()
    return re.split(r"^##+ ", text.partition(f"{heading}\n")[2], maxsplit=1, flags=re.M)[0]


def _read(example: str) -> Example:
    """The JSON, after “or null” and the like and what is left open are taken out."""
    return json.loads(re.sub(r'( or (null|"\w+"))+', "", example).replace("{…}", "{}"))
