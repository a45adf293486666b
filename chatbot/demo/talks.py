"""Read what visitors of the demo shop said, and say when."""

import datetime
import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

TALKS = Path(__file__).parent / "talks.toml"
STAFF = "staff: "
DAYS = 30


@dataclass(frozen=True)
class Line:
    """Something said; `fails` is how the bot's reply to it failed, or nothing."""

    text: str
    by_staff: bool = False
    for_bot: bool = True
    fails: str = ""


@dataclass(frozen=True)
class Talk:
    """A conversation: its lines without the bot's, and the state it ends in."""

    lines: list[Line]
    state: str


def read_talks() -> list[Talk]:
    """All talks of `talks.toml`."""
    return [_talk(**talk) for talk in tomllib.loads(TALKS.read_text("utf-8"))["talk"]]


def moments(
    number: int, now: datetime.datetime, place: datetime.tzinfo, chance: random.Random
) -> list[datetime.datetime]:
    """As many moments in the last `DAYS` days, oldest first, mostly in waking hours there.

    The last three are of the last hours, so that today is not empty.
    """
    today = now.astimezone(place)
    found = [
        today.replace(hour=min(23, int(chance.triangular(7, 24, 14))), minute=chance.randrange(60))
        - datetime.timedelta(days=chance.randrange(1, DAYS), seconds=chance.randrange(60))
        for _ in range(number - 3)
    ]
    found += [now - datetime.timedelta(minutes=minutes) for minutes in (190, 75, 21)]
    return sorted(found[:number])


def _talk(
    says: list[str], by_staff: int = 1000, ends: str = "bot", fails: dict | None = None
) -> Talk:
    lines = [
        Line(
            text=text.removeprefix(STAFF),
            by_staff=text.startswith(STAFF),
            for_bot=number < by_staff,
            fails=fails["code"] if fails and fails["line"] == number else "",
        )
        for number, text in enumerate(says)
    ]
    return Talk(lines, ends)
