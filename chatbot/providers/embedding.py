"""Ask an OpenAI-compatible server where texts lie in the space of an embedding model."""

import base64
from array import array
from collections.abc import Sequence
from typing import Any

from billing.models import Attempt
from billing.services.attempts import Unasked
from chatbot.providers.base import Failure
from chatbot.providers.errands import KEPT_CHARACTERS, Errand, run
from conversations.models import Generation

# A visitor waits for the first word while their question is placed.
QUESTION_SECONDS, PASSAGES_SECONDS = 5, 60


def embed(
    spender: Generation | Unasked,
    model: str,
    texts: Sequence[str],
    seconds: float,
    keeps: int = KEPT_CHARACTERS,
) -> tuple[list[list[float]], Failure | None]:
    """A vector for each text, in their order; none, and the reason, where it failed.

    `seconds` are the most that one call may take; the books keep so many
    characters of each text. Refused with a `BillingError`.
    Both shapes of vectors are read: some servers do not know base64.
    """
    errand = Errand(
        spender=spender,
        purpose=Attempt.Purpose.EMBEDDING,
        path="/embeddings",
        model=model,
        texts=texts,
        seconds=seconds,
        options={"encoding_format": "base64"},
        # what is kept of a request says how much was asked, not every passage again
        keeps=keeps,
    )
    vectors, answer = run(errand, lambda said: vectors_of(said, len(texts)))
    return vectors or [], answer.failure


def vectors_of(said: Any, texts: int) -> list[list[float]]:
    """The vectors of an answer in the order of the texts; `ValueError` where it has not so many."""
    data = sorted(said["data"], key=lambda one: one["index"])
    if len(data) != texts:
        raise ValueError(f"{len(data)} vectors for {texts} texts")
    return [_numbers(one["embedding"]) for one in data]


def _numbers(vector: str | list[float]) -> list[float]:
    if not isinstance(vector, str):
        return [float(number) for number in vector]
    numbers = array("f")
    numbers.frombytes(base64.b64decode(vector))
    return numbers.tolist()
