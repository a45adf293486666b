"""What a bench asks."""

from typing import Any


def question(number: int) -> str:
    """The text of a visitor's question; each number has its own."""
    return f"bench question {number}"


def request_for(text: str) -> dict[str, Any]:
    """The request of a program that answers this question and keeps no history."""
    return {
        "model": "demo-1",
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
