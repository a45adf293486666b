"""Read what a model wants said to a tool, and let nothing through that the schema does not."""

from typing import Any

import orjson

from chatbot.models import Tool
from chatbot.tools.schemas import validator_of

MOST_CHARACTERS = 4000
MOST_TEXT = 500
MISTAKES_TOLD = 3


class BadArguments(Exception):
    """They must not be sent; the text tells the model what is wrong with them."""


def read_arguments(tool: Tool, text: str) -> dict[str, Any]:
    """The arguments by name, as the tool's schema wants them; `BadArguments` else."""
    if len(text) > MOST_CHARACTERS:
        raise BadArguments(f"More than {MOST_CHARACTERS} characters.")
    try:
        arguments = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        raise BadArguments("The arguments are not JSON.") from None
    if not isinstance(arguments, dict):
        raise BadArguments("The arguments are not a JSON object.")
    # before any pattern is tried on them
    if any(len(one) > MOST_TEXT for one in _texts(arguments)):
        raise BadArguments(f"An argument has more than {MOST_TEXT} characters.")
    mistakes = list(validator_of(tool.parameters).iter_errors(arguments))
    if mistakes:
        said = "; ".join(
            f"{one.json_path}: {one.message[:200]}" for one in mistakes[:MISTAKES_TOLD]
        )
        raise BadArguments(said)
    return arguments


def restored(value: Any, originals: dict[str, str]) -> Any:
    """The value with the visitor's own words for each placeholder that a provider was shown."""
    match value:
        case str():
            for placeholder, original in originals.items():
                value = value.replace(placeholder, original)
            return value
        case list():
            return [restored(one, originals) for one in value]
        case dict():
            return {name: restored(one, originals) for name, one in value.items()}
    return value


def _texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for one in value for text in _texts(one)]
        case dict():
            return [text for pair in value.items() for one in pair for text in _texts(one)]
    return []
