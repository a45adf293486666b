"""What every reader gives back."""

import re
from dataclasses import dataclass

# The longest book has about 3 million characters; a help page has 5,000.
MOST_CHARACTERS = 2_000_000
# What no reader sees may tell a model something: signs without width, signs that turn the
# writing around, and a second alphabet of invisible tags.
UNSEEN = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
EMPTY_LINES = re.compile(r"\n{3,}")


class Unreadable(Exception):
    """The file cannot be taken in; says why, and what to do."""


@dataclass(frozen=True)
class Reading:
    """What a file says: a title, empty where it names none, and Markdown."""

    title: str
    text: str
    is_answers: bool = False
    language: str = ""


def tidy(text: str) -> str:
    """The text without what nobody sees, and without rows of empty lines."""
    return EMPTY_LINES.sub("\n\n", UNSEEN.sub("", text)).strip()


def checked(reading: Reading) -> Reading:
    """The reading, tidied; `Unreadable` where it is empty or a library."""
    text = tidy(reading.text)
    if not text:
        raise Unreadable("There is no text in it.")
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(
            f"It has {len(text):,} characters; more than {MOST_CHARACTERS:,} are not taken in at "
            "once. Split it."
        )
    title = " ".join(tidy(reading.title).split())[:300]
    return Reading(title, text, reading.is_answers, reading.language)
