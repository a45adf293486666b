"""What a list costs: `.venv/bin/python -m tests.guardrails.measure`; no test, it only prints."""

import os
import random
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot.settings")
django.setup()

from chatbot.guardrails.holdback import Holdback  # noqa: E402
from chatbot.guardrails.policy import OPEN  # noqa: E402
from chatbot.guardrails.screen import Screen  # noqa: E402
from chatbot.guardrails.word_lists import Entry, Words  # noqa: E402

SYLLABLES = [
    "ba",
    "co",
    "di",
    "fu",
    "ga",
    "he",
    "jo",
    "ki",
    "lu",
    "ma",
    "ne",
    "po",
    "qua",
    "ri",
    "sa",
    "te",
    "vo",
    "wy",
    "xi",
    "zu",
]
SIGNS = "赌博网站贷款枪药诈骗假发票色情传销走私毒品炸弹"
ARTICLES = Path("chatbot/demo/articles")


def words(count: int) -> Words:
    """A made-up list, half of it Chinese."""
    chance = random.Random(1)
    latin = {"".join(chance.choices(SYLLABLES, k=3)) for _ in range(count)}
    chinese = {"".join(chance.choices(SIGNS, k=3)) for _ in range(count)}
    return Words([Entry(word) for word in [*latin][: count // 2] + [*chinese][: count // 2]])


def tokens(language: str, size: int) -> list[str]:
    """The demo shop's articles in pieces as long as a token usually is."""
    text = "\n".join(path.read_text() for path in sorted((ARTICLES / language).glob("*.md"))) * 5
    return [text[at : at + size] for at in range(0, len(text), size)]


def main() -> None:
    """Microseconds a token and a message, by language and length of list."""
    for count in (20, 2_000, 20_000):
        begun = time.process_time()
        listed = words(count)
        built = time.process_time() - begun
        for language, size in (("en", 4), ("zh", 2)):
            pieces = tokens(language, size)
            message = "".join(pieces)[:300]
            best = min(_stream(listed, pieces) for _ in range(3)) / len(pieces)
            begun = time.process_time()
            for _ in range(200):
                listed.find(message)
            whole = (time.process_time() - begun) / 200
            print(
                f"{count:6} words, built in {built:5.2f} s, {language}: "
                f"{best * 1e6:5.2f} µs a token, {whole * 1e6:6.1f} µs a message of {len(message)}"
            )
    pieces = tokens("en", 4)
    screen = Screen(OPEN, {})
    begun = time.process_time()
    for piece in pieces:
        screen.take(piece)
    spent = (time.process_time() - begun) / len(pieces)
    print(f"no list: {spent * 1e6:5.2f} µs a token, for the links alone")


def _stream(listed: Words, pieces: list[str]) -> float:
    begun = time.process_time()
    hold = Holdback(listed)
    for piece in pieces:
        hold.take(piece)
    hold.end()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
