"""The table of settings: their names and usual values from `env.py`, and a sentence for each."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from chatbot.env import Env
from chatbot.handbook.pages import FOLDER
from chatbot.handbook.sentences import SETTINGS

PAGE = FOLDER / "configure.md"
BEGIN, END = "<!-- settings: manage.py document_settings -->", "<!-- end of settings -->"


def written() -> str:
    """The page with today's table in it; the rest of it as it is."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise LookupError(f"{PAGE.name} has no place for the table: {BEGIN} … {END}")
    return f"{before}{begin}\n\n{tables()}\n{end}{after}"


def tables(sentences: Mapping[str, Mapping[str, str]] = SETTINGS) -> str:
    """A table for each group; a setting that has no sentence stands at the end without one."""
    known = {name for group in sentences.values() for name in group}
    silent = dict.fromkeys(sorted(set(Env.model_fields) - known), "")
    groups = {**sentences, "Others": silent} if silent else dict(sentences)
    return "\n".join(_table(title, group) for title, group in groups.items())


def _table(title: str, group: Mapping[str, str]) -> str:
    rows = [
        f"| `{name.upper()}` | {_usual(Env.model_fields[name])} | {text} |"
        for name, text in group.items()
    ]
    head = ["| name | usual | what for |", "| --- | --- | --- |"]
    return "\n".join([f"### {title}", "", *head, *rows, ""])


def _usual(field: FieldInfo) -> str:
    if field.is_required():
        return "from `up`"
    value = _shown(field.default)
    return f"`{value}`" if value else ""


def _shown(value: Any) -> str:
    match value:
        case None | [] | "":
            return ""
        case SecretStr():
            return _shown(value.get_secret_value())
        case bool():
            return "yes" if value else "no"
        case Decimal() | int() | float() | str():
            return str(value)
    return ", ".join(str(one) for one in value)
