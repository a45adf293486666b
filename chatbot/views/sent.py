"""The request of a call, taken apart for people who want to know why the bot said that."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from xml.sax.saxutils import unescape

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from billing.models import Attempt
from chatbot.engine.kept import rebuilt
from conversations import access

SUMMARY = re.compile(r"<summary>\n(.*?)\n</summary>\s*", re.DOTALL)
PASSAGE = re.compile(r'<passage id="(\d+)"[^>]*>\n(.*?)\n</passage>', re.DOTALL)
QUESTION = re.compile(r"<question>\n(.*)\n</question>\s*$", re.DOTALL)
PLACED = ("title", "heading", "url", "document", "score", "fit", "likeness")
WHO = {"user": "Visitor", "assistant": "Bot or staff", "tool": "Tool"}


@dataclass(frozen=True)
class Passage:
    """A passage that went out: where it stood, how well it fitted, and its words."""

    mark: int
    text: str
    title: str = ""
    heading: str = ""
    url: str = ""
    document: int | None = None
    score: float | None = None
    fit: float | None = None
    likeness: float | None = None


@dataclass(frozen=True)
class Sent:
    """What went to the model, in the order in which it stood there; `raw` is all of it."""

    system: str
    summary: str
    history: list[tuple[str, str]]
    passages: list[Passage]
    question: str
    tools: list[dict[str, Any]]
    parameters: dict[str, Any]
    raw: str


def sent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a call sent, for whoever reads its conversation; all of it, and part by part."""
    calls = access.visible(request.user, Attempt).select_related("generation")
    attempt = calls.filter(pk=pk).first()
    if attempt is None:
        raise Http404("No such call, or not one of yours.")
    body = rebuilt([attempt])[attempt.pk]
    context = admin.site.each_context(request) | {
        "title": "The request that was sent",
        "attempt": attempt,
        "generation": attempt.generation,
        "sent": taken_apart(body, attempt.request.get("found", [])),
    }
    return render(request, "admin/conversations/conversation/sent.html", context)


def taken_apart(body: dict[str, Any], found: list[dict[str, Any]]) -> Sent:
    """The body in its parts; what is not in our shape is history, or in `raw` only."""
    messages = [one for one in body.get("messages", []) if isinstance(one, dict)]
    said = [(str(one.get("role", "")), _text(one.get("content"))) for one in messages]
    system = "\n\n".join(text for role, text in said if role in ("system", "developer"))
    said = [one for one in said if one[0] not in ("system", "developer")]
    summary = ""
    if said and (whole := SUMMARY.match(said[0][1])):
        summary = _plain(whole[1])
        said[0] = (said[0][0], said[0][1][whole.end() :])
    last = next((place for place in reversed(range(len(said))) if said[place][0] == "user"), None)
    asked = QUESTION.search(said[last][1]) if last is not None else None
    passages: list[Passage] = []
    if asked and last is not None:
        passages = _passages(said[last][1], found)
        said = said[:last] + said[last + 1 :]
    rest = {key: value for key, value in body.items() if key not in ("messages", "tools")}
    return Sent(
        system=system,
        summary=summary,
        history=[(WHO.get(role, role), text) for role, text in said if text],
        passages=passages,
        question=_plain(asked[1]) if asked else "",
        tools=[one.get("function", one) for one in body.get("tools", []) if isinstance(one, dict)],
        parameters={key: _short(value) for key, value in rest.items()},
        raw=json.dumps(body, indent=2, ensure_ascii=False),
    )


def _passages(message: str, found: list[dict[str, Any]]) -> list[Passage]:
    known: dict[int, dict[str, Any]] = {one["mark"]: one for one in found}
    return [
        Passage(int(mark), _plain(text), **_placed(known.get(int(mark), {})))
        for mark, text in PASSAGE.findall(message)
    ]


def _placed(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in PLACED if name in found}


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(one.get("text", "")) for one in content if isinstance(one, dict))
    return content if isinstance(content, str) else ""


def _plain(text: str) -> str:
    return unescape(text)


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
