"""Which tools each tenant has now; asked at every turn, looked up every two seconds."""

import threading
import time
from collections import defaultdict
from typing import Any

from django.db.models import Count, Max

from chatbot.models import Tool

FRESH_SECONDS = 2.0

_lock = threading.Lock()
_until = 0.0
_stamp: Any = None
_tools: dict[int, dict[str, Tool]] = {}


def tools_of(tenant_id: int) -> dict[str, Tool]:
    """The tenant's tools by name, as they stood at most `FRESH_SECONDS` ago; often none.

    One small query for all tenants tells whether anything has changed; a
    turn of a tenant without tools costs a look into a dict.
    """
    global _until, _stamp, _tools
    if time.monotonic() > _until:
        with _lock:
            if time.monotonic() > _until:
                stamp = Tool.objects.aggregate(Count("pk"), Max("updated_at"))
                if stamp != _stamp:
                    _tools, _stamp = _read(), stamp
                _until = time.monotonic() + FRESH_SECONDS
    return _tools.get(tenant_id, {})


def forget() -> None:
    """This process looks anew at the next turn."""
    global _until, _stamp
    _until, _stamp = 0.0, None


def offered(tools: dict[str, Tool]) -> list[dict[str, Any]]:
    """The tools as a request tells a model of them, in an order that stays."""
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": tool.description,
                "parameters": tool.parameters | {"additionalProperties": False},
            },
        }
        for name, tool in sorted(tools.items())
    ]


def _read() -> dict[int, dict[str, Tool]]:
    found: dict[int, dict[str, Tool]] = defaultdict(dict)
    for tool in Tool.objects.filter(active=True).select_related("tenant"):
        found[tool.tenant_id][tool.name] = tool
    return dict(found)
