"""Vectors tell near texts from far ones."""

import math

from chatbot.demo_model.embeddings import embed


def cosine(one: str, other: str) -> float:
    return sum(a * b for a, b in zip(embed(one), embed(other), strict=True))


def test_near_texts_have_near_vectors() -> None:
    question = "How do I return my shoes?"
    assert cosine(question, "Returning shoes") > cosine(question, "Payment by card") + 0.3
    assert cosine("怎么退货", "退货政策") > cosine("怎么退货", "会员积分") + 0.3


def test_every_vector_has_length_one() -> None:
    for text in ("", "the", "returns", "退货"):
        assert math.isclose(math.hypot(*embed(text, 64)), 1.0)
