"""Vectors that are near where texts share words or spellings."""

import math
import zlib
from array import array
from base64 import b64encode
from collections import Counter

from chatbot.demo_model.terms import terms

DIMENSIONS = 512
SPELLING_SHARE = 0.3


def embed(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """The text's vector of length 1, the same for the same text and dimensions for ever.

    Words and their three-letter pieces are hashed into the dimensions with a
    sign, so that what falls on one place by chance cancels out.
    """
    weights: Counter[str] = Counter()
    for word in terms(text):
        weights[word] += 1
        padded = f"<{word}>"
        for at in range(len(padded) - 2):
            weights[f"~{padded[at : at + 3]}"] += SPELLING_SHARE  # type: ignore[assignment]
    vector = [0.0] * dimensions
    for feature, weight in weights.items():
        place = zlib.crc32(feature.encode())
        vector[place % dimensions] += weight if place & 0x8000_0000 else -weight
    length = math.sqrt(sum(value * value for value in vector))
    if not length:
        # A text without words still needs a direction.
        return [1.0, *[0.0] * (dimensions - 1)]
    return [value / length for value in vector]


def as_base64(vector: list[float]) -> str:
    """The vector as little-endian 32-bit floats in base64, as the SDK asks for it."""
    return b64encode(array("f", vector).tobytes()).decode()
