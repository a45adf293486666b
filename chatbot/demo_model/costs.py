"""What the demo model charged, by day and line item, from its own log."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

from chatbot.demo_model.refusals import Refusal

DAY = 86_400
USUAL_DAYS, MOST_DAYS = 7, 180  # as OpenAI has it

# US dollars per million tokens of input, cached input and output. Its own list, and
# nobody else's: a bill that was computed from our prices would prove nothing.
PRICES = {
    "demo-1": ("0.10", "0.01", "0.50"),
    "demo-1-mini": ("0.05", "0.005", "0.20"),
    "demo-embed": ("0.02", "0.02", "0"),
    "demo-moderation": ("0", "0", "0"),
}
KINDS = ("input", "cached input", "output")

Items = dict[str, tuple[int, Decimal]]


def costs_page(lines: Iterable[Mapping[str, Any]], asked: Mapping[str, list[str]]) -> dict:
    """The answer of `GET /v1/organization/costs` for these log lines and query parameters.

    One bucket a UTC day, also for days without cost; amounts with all of
    their digits. A model of another name costs what `demo-1` costs.
    """
    start = _whole(asked, "start_time", None)
    end = _whole(asked, "end_time", int(datetime.now(UTC).timestamp()))
    limit = _whole(asked, "limit", USUAL_DAYS)
    if not 1 <= limit <= MOST_DAYS:
        raise Refusal(400, f"'limit' must be between 1 and {MOST_DAYS}.", param="limit")
    first = _whole(asked, "page", start - start % DAY)
    by_item = "line_item" in [*asked.get("group_by", ()), *asked.get("group_by[]", ())]
    days = list(range(first, end, DAY))
    items = _items(lines)
    more = len(days) > limit
    return {
        "object": "page",
        "data": [_bucket(day, items.get(day, {}), by_item=by_item) for day in days[:limit]],
        "has_more": more,
        "next_page": str(days[limit]) if more else None,
    }


def _items(lines: Iterable[Mapping[str, Any]]) -> dict[int, Items]:
    """Tokens and amount of each line item, by the start of its day."""
    days: dict[int, Items] = defaultdict(dict)
    for line in lines:
        at = int(datetime.fromisoformat(line["at"]).timestamp())
        cached = line["cached_tokens"]
        tokens = (line["prompt_tokens"] - cached, cached, line["completion_tokens"])
        prices = PRICES.get(line["model"] or "", PRICES["demo-1"])
        for kind, count, price in zip(KINDS, tokens, prices, strict=True):
            if count:
                items, name = days[at - at % DAY], f"{line['model']}, {kind}"
                before, amount = items.get(name, (0, Decimal(0)))
                items[name] = before + count, amount + count * Decimal(price) / 1_000_000
    return days


def _bucket(start: int, items: Items, *, by_item: bool) -> dict[str, Any]:
    if by_item:
        results = [_result(amount, name, count) for name, (count, amount) in sorted(items.items())]
    else:
        total = sum((amount for _, amount in items.values()), Decimal(0))
        results = [_result(total, None, None)] if items else []
    return {"object": "bucket", "start_time": start, "end_time": start + DAY, "results": results}


def _result(amount: Decimal, line_item: str | None, quantity: int | None) -> dict[str, Any]:
    return {
        "object": "organization.costs.result",
        "amount": {"value": orjson.Fragment(f"{amount:f}".encode()), "currency": "usd"},
        "line_item": line_item,
        "quantity": quantity,
        "quantity_unit": None if quantity is None else "tokens",
        "project_id": None,
    }


def _whole(asked: Mapping[str, list[str]], name: str, otherwise: int | None) -> int:
    text = asked.get(name, [""])[-1]
    if not text and otherwise is not None:
        return otherwise
    if not (text.isascii() and text.isdigit()):
        raise Refusal(400, f"'{name}' must be a whole number.", param=name)
    return int(text)
