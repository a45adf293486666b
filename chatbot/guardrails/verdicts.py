"""Read what the guardrails found."""

from collections.abc import Iterable

from chatbot.models import Verdict
from conversations.models import Generation


def verdicts_of(generations: Iterable[Generation]) -> dict[int, list[Verdict]]:
    """The verdicts of each of these generations, as they were found."""
    found: dict[int, list[Verdict]] = {}
    rows = Verdict.objects.filter(generation__in=[one.pk for one in generations])
    for verdict in rows.select_related("version__word_list").order_by("pk"):
        found.setdefault(verdict.generation_id, []).append(verdict)
    return found
