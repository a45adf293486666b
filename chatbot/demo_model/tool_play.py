"""When the demo model uses a tool, with what, and what it makes of the answer; by rule."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from chatbot.demo_model.prompt_reading import Reading
from chatbot.demo_model.terms import is_chinese, terms

ANCHORS = re.compile(r"^(\^|\\A)|(\$|\\Z|\\z)$")


# A tool that begins with one of these is wanted only where the question says so.
CHANGING = {
    "cancel": ("取消",),
    "refund": ("退款",),
    "change": ("更改", "修改"),
    "update": ("更新", "修改"),
    "delete": ("删除",),
    "create": ("创建",),
}


class Call(NamedTuple):
    """A call that the model wants made."""

    name: str
    arguments: str


def wanted_call(tools: list[dict[str, Any]], reading: Reading) -> Call | None:
    """The tool that shares the most words with the question, if its arguments stand in the talk.

    Only arguments with a pattern or a list of values are found.
    """
    asked = set(terms(reading.question))
    best: tuple[int, Call] | None = None
    for tool in tools:
        told = tool.get("function") or {}
        about = f"{told.get('name', '').replace('_', ' ')} {told.get('description', '')}"
        verb = told.get("name", "").split("_")[0]
        if verb in CHANGING and not asked & {*terms(verb), *CHANGING[verb]}:
            continue
        shared = len(asked & set(terms(about)))
        found = _arguments(told.get("parameters") or {}, reading)
        if shared and found is not None:
            fit = 2 * shared + len(found)
            if best is None or fit > best[0]:
                best = fit, Call(told["name"], orjson.dumps(found).decode())
    return best[1] if best else None


def answer_from(results: Iterable[str], question: str) -> str:
    """What the answers of tools say, line by line."""
    chinese = is_chinese(question)
    said = []
    for result in results:
        try:
            told = orjson.loads(result)
        except orjson.JSONDecodeError:
            told = {"ok": True, "answer": result}
        if not isinstance(told, dict):
            told = {"ok": True, "answer": told}
        lines = _lines(told.get("answer"))
        if told.get("ok"):
            head = "好的，我查到了：" if chinese else "Here is what I found:"
            done = "好的，已经办好了。" if chinese else "Done."
            said.append("\n".join([head, "", *lines]) if lines else done)
        else:
            sorry = "抱歉，没有办成：" if chinese else "I'm sorry, that did not work: "
            said.append(sorry + str(told.get("error", "")) + "".join(f"\n{one}" for one in lines))
    return "\n\n".join(said)


def _arguments(schema: dict[str, Any], reading: Reading) -> dict[str, Any] | None:
    """What the talk says for each argument; None where one that is required is not said."""
    found: dict[str, Any] = {}
    said = (reading.question, *reversed(reading.earlier))
    for name, about in (schema.get("properties") or {}).items():
        value = next(filter(None, (_value(about, text) for text in said)), None)
        if value is not None:
            found[name] = value
        elif name in (schema.get("required") or ()):
            return None
    return found


def _value(about: dict[str, Any], text: str) -> str | None:
    if pattern := about.get("pattern"):
        match = re.search(ANCHORS.sub("", pattern), text, re.IGNORECASE)
        return match[0].upper() if match else None
    lower = text.casefold()
    return next((one for one in about.get("enum") or () if str(one).casefold() in lower), None)


def _lines(answer: Any) -> list[str]:
    if isinstance(answer, dict):
        return [f"- {name}: {_plain(value)}" for name, value in answer.items()]
    return [f"- {_plain(answer)}"] if answer else []


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return value if isinstance(value, str) else orjson.dumps(value).decode()
