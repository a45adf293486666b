"""What a prompt holds: passages, the question, and what was said before."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

PASSAGES = re.compile(r"<passages>(.*?)</passages>", re.DOTALL)
PASSAGE = re.compile(r"<passage\b([^>]*)>(.*?)</passage>", re.DOTALL)
ATTRIBUTE = re.compile(r"""(\w+)=(?:"([^"]*)"|'([^']*)')""")
SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
TALK = re.compile(r"<talk>(.*)</talk>", re.DOTALL)
SAID = re.compile(r'<said by="(\w+)">(.*?)</said>', re.DOTALL)
QUESTION = re.compile(r"<question>(.*?)</question>", re.DOTALL)


@dataclass(frozen=True)
class Passage:
    """One quotable piece of a source, as the prompt numbered it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Reading:
    """A prompt taken apart; `earlier` and `replies` are oldest first.

    `talk` holds who said what, where that is to be summed up, and `summary`
    what was said before all that.
    """

    question: str
    passages: tuple[Passage, ...] = ()
    earlier: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    rules: str = ""
    summary: str = ""
    talk: tuple[tuple[str, str], ...] = ()


def read_prompt(messages: Sequence[tuple[str, str]]) -> Reading:
    """Take apart (role, text) messages; without our marks the last user text is the question."""
    said = [text for role, text in messages if role == "user"]
    last = said[-1] if said else ""
    summary = SUMMARY.search("\n".join(said))
    talk = TALK.search(last)
    return Reading(
        question=_question(last),
        passages=_passages(last),
        earlier=tuple(_question(text) for text in said[:-1]),
        replies=tuple(text for role, text in messages if role == "assistant"),
        rules="\n".join(text for role, text in messages if role in ("system", "developer")),
        summary=html.unescape(summary[1]).strip() if summary else "",
        talk=tuple((who, html.unescape(text)) for who, text in SAID.findall(talk[1]))
        if talk
        else (),
    )


def _question(text: str) -> str:
    # The last pair wins: a passage may itself quote the mark, the question comes after it.
    marked = QUESTION.findall(text)
    return (
        html.unescape(marked[-1]).strip()
        if marked
        else PASSAGES.sub("", SUMMARY.sub("", text)).strip()
    )


def _passages(text: str) -> tuple[Passage, ...]:
    block = PASSAGES.search(text)
    found = []
    for number, (head, body) in enumerate(PASSAGE.findall(block[1]) if block else (), start=1):
        attributes = {
            name: html.unescape(double or single)
            for name, double, single in ATTRIBUTE.findall(head)
        }
        found.append(
            Passage(
                id=attributes.get("id", str(number)),
                title=attributes.get("title", ""),
                text=html.unescape(body).strip(),
            )
        )
    return tuple(found)
