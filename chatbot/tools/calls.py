"""Read what was done by tools."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from chatbot.models import ToolCall
from conversations.models import Generation


def calls_by(generations: Iterable[Generation]) -> dict[int, list[ToolCall]]:
    """The calls that each of these generations wanted, in order; a done write stands there too."""
    ids = [one.pk for one in generations]
    found: dict[int, list[ToolCall]] = defaultdict(list)
    rows = ToolCall.objects.filter(Q(generation__in=ids) | Q(carried_by__in=ids))
    for call in rows.select_related("tool").order_by("created_at"):
        for pk in {call.generation_id, call.carried_by_id}:
            if pk in ids:
                found[pk].append(call)
    return dict(found)
