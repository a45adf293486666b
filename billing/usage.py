"""The tokens of one attempt, by kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Usage:
    """Tokens of one attempt. `input` includes cached and cache-written ones, `output` reasoning.

    `tier` is the `service_tier` of the answer, as reported, and `raw` the
    report itself, unchanged; empty and None where the provider said nothing.
    """

    input: int
    output: int
    cached: int = 0
    cache_write: int = 0
    reasoning: int = 0
    tier: str = ""
    raw: dict[str, Any] | None = None

    @classmethod
    def from_report(cls, raw: Mapping[str, Any], tier: str = "") -> "Usage":
        """What a provider reported in the `usage` object of Chat Completions.

        Parts never exceed their whole: a provider that reports more cached
        than prompt tokens is believed on the whole. Shape as documented for
        the API in November 2026; every detail field may be missing.
        """
        prompt_details = raw.get("prompt_tokens_details") or {}
        output_details = raw.get("completion_tokens_details") or {}
        input_tokens = _count(raw, "prompt_tokens")
        cached = min(_count(prompt_details, "cached_tokens"), input_tokens)
        return cls(
            input=input_tokens,
            output=_count(raw, "completion_tokens"),
            cached=cached,
            cache_write=min(_count(prompt_details, "cache_write_tokens"), input_tokens - cached),
            reasoning=_count(output_details, "reasoning_tokens"),
            tier=tier,
            raw=dict(raw),
        )


def _count(report: Mapping[str, Any], name: str) -> int:
    value = report.get(name)
    return value if isinstance(value, int) and value > 0 else 0
