"""What a model may read of a tool's answer: the fields that the tenant named, and no more."""

import re
import unicodedata
from typing import Any

import orjson

EVERYTHING = "."
MOST_CHARACTERS = 8000
MOST_ITEMS = 50
STEP = re.compile(r"([^.\[\]]+)|\[(\d*)\]")
FIELD = re.compile(r"[^.\[\]\s]+(\[\d*\])*(\.[^.\[\]\s]+(\[\d*\])*)*")


def is_field(text: str) -> bool:
    """Whether this names a part of an answer, like `status`, `items[].name` or `.` for all."""
    return text == EVERYTHING or FIELD.fullmatch(text) is not None


def picked(content: bytes, fields: list[str]) -> Any:
    """The parts by their names; those that are not there are left out.

    Signs that nobody can see are taken out: they carry orders that staff
    would not find.
    """
    if not fields:
        return {}
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        text = content.decode("utf-8", "replace")
        return visible(text)[:MOST_CHARACTERS] if EVERYTHING in fields else {}
    if EVERYTHING in fields:
        return _clean(answer)
    found = {field: _find(answer, STEP.findall(field)) for field in fields}
    return {field: _clean(value) for field, value in found.items() if value is not None}


def visible(text: str) -> str:
    """The text without control and format characters, but for line ends and tabs."""
    return "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cf")
    )


def _find(value: Any, steps: list[tuple[str, str]]) -> Any:
    if not steps:
        return value
    (name, number), rest = steps[0], steps[1:]
    if name:
        return _find(value.get(name), rest) if isinstance(value, dict) else None
    if not isinstance(value, list):
        return None
    if number:
        return _find(value[int(number)], rest) if int(number) < len(value) else None
    return [_find(one, rest) for one in value[:MOST_ITEMS]]


def _clean(value: Any) -> Any:
    match value:
        case str():
            return visible(value)[:MOST_CHARACTERS]
        case list():
            return [_clean(one) for one in value[:MOST_ITEMS]]
        case dict():
            return {visible(str(name)): _clean(one) for name, one in value.items()}
    return value
