"""Rules that an answer must keep, one a line: `contains: thirty days`."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import regex

from billing.money import shown

# A pattern that goes astray is given up after so many seconds.
PATTERN_SECONDS = 0.5

HELP = """\
One rule a line, and all must be kept.
contains: a text that must stand in the answer
lacks: a text that must not
cites: a part of the title or address of a source it must cite
refuses: yes (it says that it does not know, or is stopped) or no
matches: a regular expression that must be found
tokens: at most so many tokens of answer
cost: at most so many dollars, such as 0.002
seconds: at most so many until the whole answer is there"""

NOT_KNOWING = regex.compile(
    r"\b(do not|don't|does not|doesn't|can ?not|can't|could not|couldn't|am not able|unable)\b"
    r".{0,40}\b(know|find|answer|say|tell|cover|help)"
    r"|\bnot? (covered|mentioned|information|answer)|bring in a person"
    r"|不知道|没有提到|无法回答|找不到|转接人工|不清楚",
    regex.IGNORECASE,
)


class NoRule(Exception):
    """A line that is no rule; the message says what to write."""


@dataclass(frozen=True)
class Given:
    """What is judged: an answer with what it took."""

    text: str
    citations: Sequence[dict[str, Any]] = ()
    stopped: bool = False
    failed: bool = False
    tokens: int = 0
    cost: Decimal = Decimal(0)
    seconds: float = 0.0


@dataclass(frozen=True)
class Rule:
    """A rule that was read from a line."""

    kind: str
    value: str

    def kept_by(self, given: Given) -> tuple[bool, str]:
        """Whether the answer keeps it, and what was found instead where it does not."""
        if given.failed and not (self.kind == "refuses" and given.stopped):
            return False, "there is no answer"
        return KINDS[self.kind](self.value, given)


@dataclass(frozen=True)
class Check:
    """A rule and whether an answer kept it."""

    rule: str
    kept: bool
    found: str = ""


def parse(line: str) -> Rule:
    """The rule that stands in the line; `NoRule` with what to write where it is none."""
    kind, colon, value = (part.strip() for part in line.partition(":"))
    kind = kind.lower()
    if kind == "refuses" and not colon:
        value = "yes"
    if kind not in KINDS:
        raise NoRule(f"“{line}” is no rule: begin with {', '.join(KINDS)} and a colon.")
    if not value:
        raise NoRule(f"“{line}” lacks what comes after the colon.")
    _refuse_bad(kind, value, line)
    return Rule(kind, value)


def check(rules: Sequence[str], given: Given) -> list[Check]:
    """Each rule with whether it was kept; a line that is no rule is not."""
    checks = []
    for line in rules:
        try:
            kept, found = parse(line).kept_by(given)
        except NoRule as refusal:
            kept, found = False, str(refusal)
        checks.append(Check(line, kept, "" if kept else found))
    return checks


def refuses(given: Given) -> bool:
    """Whether the guardrails stopped it, or it cites nothing and says that it does not know."""
    return given.stopped or (not given.citations and bool(NOT_KNOWING.search(given.text)))


def _refuse_bad(kind: str, value: str, line: str) -> None:
    if kind == "refuses" and value.lower() not in ("yes", "no"):
        raise NoRule(f"“{line}”: write yes or no.")
    if kind in ("tokens", "cost", "seconds"):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal(-1)
        if not number.is_finite() or number < 0:
            raise NoRule(f"“{line}”: write a number, such as {EXAMPLES[kind]}.")
    if kind == "matches":
        try:
            regex.compile(value)
        except regex.error as error:
            raise NoRule(f"“{line}” is no regular expression: {error}.") from None


def _contains(value: str, given: Given) -> tuple[bool, str]:
    return _plain(value) in _plain(given.text), "it does not stand there"


def _lacks(value: str, given: Given) -> tuple[bool, str]:
    return _plain(value) not in _plain(given.text), "it stands there"


def _cites(value: str, given: Given) -> tuple[bool, str]:
    sources = [f"{one.get('title', '')} {one.get('url', '')}" for one in given.citations]
    titles = ", ".join(str(one.get("title", "")) for one in given.citations)
    return any(_plain(value) in _plain(one) for one in sources), f"it cites {titles or 'nothing'}"


def _refuses(value: str, given: Given) -> tuple[bool, str]:
    does = refuses(given)
    return does == (value.lower() == "yes"), "it refuses" if does else "it answers"


def _matches(value: str, given: Given) -> tuple[bool, str]:
    try:
        found = regex.search(value, given.text, timeout=PATTERN_SECONDS)
    except TimeoutError:
        return False, f"the pattern took more than {PATTERN_SECONDS:g} s; write a simpler one"
    return bool(found), "nothing matches"


def _tokens(value: str, given: Given) -> tuple[bool, str]:
    return given.tokens <= Decimal(value), f"it has {given.tokens}"


def _cost(value: str, given: Given) -> tuple[bool, str]:
    return given.cost <= Decimal(value), f"it cost {shown(given.cost)}"


def _seconds(value: str, given: Given) -> tuple[bool, str]:
    return given.seconds <= float(value), f"it took {given.seconds:.1f} s"


def _plain(text: str) -> str:
    """Width, case and spacing do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


KINDS = {
    "contains": _contains,
    "lacks": _lacks,
    "cites": _cites,
    "refuses": _refuses,
    "matches": _matches,
    "tokens": _tokens,
    "cost": _cost,
    "seconds": _seconds,
}
EXAMPLES = {"tokens": "120", "cost": "0.002", "seconds": "5"}
