"""Where passages lie in the space of an embedding model."""

import math
from collections.abc import Iterable, Sequence

from django.db import connection

from chatbot.models import Passage, PassageVector

STORE = """
INSERT INTO chatbot_passagevector (passage_id, tenant_id, model, vector, code)
SELECT passage.id, passage.tenant_id, %(model)s, %(vector)s::real[], %(code)s::varbit
  FROM chatbot_passage AS passage WHERE passage.id = %(passage)s
ON CONFLICT (passage_id) DO UPDATE
   SET model = EXCLUDED.model, vector = EXCLUDED.vector, code = EXCLUDED.code
"""


def signs(vector: Iterable[float]) -> str:
    """A bit for each number of the vector: whether it is above zero."""
    return "".join("1" if value > 0 else "0" for value in vector)


def unit(vector: Sequence[float]) -> list[float]:
    """The vector at length 1, so that products tell nearness; zeros stay."""
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector] if length else list(vector)


def store_vectors(model: str, vectors: dict[int, Sequence[float]]) -> None:
    """The passages with these ids lie there; those that are gone meanwhile are left out."""
    with connection.cursor() as cursor:
        for passage, vector in vectors.items():
            placed = unit(vector)
            cursor.execute(
                STORE,
                {"passage": passage, "model": model, "vector": placed, "code": signs(placed)},
            )


def has_vectors(model: str, tenant_id: int | None = None) -> bool:
    """Whether a passage of this tenant, or of any, was placed by this model."""
    placed = PassageVector.objects.filter(model=model)
    return (placed if tenant_id is None else placed.filter(tenant=tenant_id)).exists()


def unplaced(model: str, limit: int) -> list[Passage]:
    """Passages that this model has not placed yet, of one tenant only, oldest first."""
    waiting = Passage.objects.exclude(place__model=model).order_by("pk")
    first = waiting.select_related("tenant").defer("search").first()
    if first is None:
        return []
    return list(
        waiting.filter(tenant=first.tenant_id)
        .select_related("tenant", "document")
        .defer("search", "document__text")[:limit]
    )
