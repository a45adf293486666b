"""Which JSON schemas a tool's arguments may have."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

MOST_CHARACTERS = 6000
MOST_ARGUMENTS = 20
MOST_PATTERN = 200
NAME = re.compile(r"[A-Za-z]\w{0,59}", re.ASCII)
# Patterns are tried on what a model writes: one that takes for ever would hold the worker. A
# repeated group is what makes that possible in a few letters, a backreference in a few more.
SLOW = re.compile(r"\)[*+{]|\\[1-9]|\(\?P=")
MOST_REPEATS = 3


class NoSchema(ValueError):
    """The arguments of a tool cannot be described like this; says what to do."""


def check_schema(schema: Any) -> None:
    """Nothing happens for a schema that calls can be checked by; `NoSchema` else."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise NoSchema('Begin with {"type": "object", "properties": {…}}.')
    if len(orjson.dumps(schema)) > MOST_CHARACTERS:
        raise NoSchema(f"{MOST_CHARACTERS:,} characters at most; every reply pays for them.")
    names = schema.get("properties", {})
    if not isinstance(names, dict) or len(names) > MOST_ARGUMENTS:
        raise NoSchema(f"“properties” holds up to {MOST_ARGUMENTS} arguments by name.")
    wrong = [name for name in names if not NAME.fullmatch(name)]
    if wrong:
        raise NoSchema(f"“{wrong[0]}” is no name; use letters, figures and _.")
    unknown = [name for name in schema.get("required", []) if name not in names]
    if unknown:
        raise NoSchema(f"“{unknown[0]}” is required and not among the properties.")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise NoSchema(f"{error.json_path}: {error.message}"[:300]) from None
    for key, value in _keywords(schema):
        if key in ("$ref", "$dynamicRef", "patternProperties"):
            raise NoSchema(f"{key} is not followed; write it out.")
        if key == "pattern":
            _check_pattern(str(value))


def validator_of(schema: dict[str, Any]) -> Draft202012Validator:
    """Checks arguments; what the schema does not name is refused."""
    return Draft202012Validator(schema | {"additionalProperties": False})


def _check_pattern(pattern: str) -> None:
    if len(pattern) > MOST_PATTERN:
        raise NoSchema(f"A pattern has {MOST_PATTERN} characters at most.")
    try:
        re.compile(pattern)
    except re.error as error:
        raise NoSchema(f"“{pattern}” is no pattern: {error}.") from None
    if SLOW.search(pattern) or len(re.findall(r"[*+]|,\}", pattern)) > MOST_REPEATS:
        raise NoSchema(
            f"“{pattern}” could take very long: no repeated groups, no backreferences, and "
            f"{MOST_REPEATS} open repeats at most."
        )


def _keywords(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every keyword at any depth; the names of properties are none."""
    if isinstance(schema, list):
        for one in schema:
            yield from _keywords(one)
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        yield key, value
        if key == "properties" and isinstance(value, dict):
            for one in value.values():
                yield from _keywords(one)
        elif key not in ("const", "enum", "default", "examples"):
            yield from _keywords(value)
