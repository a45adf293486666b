"""A library of a hundred thousand passages: the shop's pages among texts of all kinds."""

import random
from typing import Any

from django.db import connection

from chatbot.bench.frame import Say
from chatbot.bench.words.corpus import clean
from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.terms import searchable
from chatbot.models import Passage
from conversations.models import Tenant

AT_ONCE = 5_000
SENTENCES = 4
NEAREST = "chatbot_passagevector_nearest"
INSERT = """
INSERT INTO chatbot_passage (tenant_id, document_id, number, heading, text, begin, "end", search)
SELECT %(tenant)s, %(document)s, %(first)s + made.at, '', made.text, 0, 0,
       setweight(to_tsvector('english', made.words), 'D')
  FROM unnest(%(texts)s::text[], %(words)s::text[]) WITH ORDINALITY AS made(text, words, at)
"""
# Near a real passage, each in a direction of its own; placing them all would take ten minutes.
PLACE = """
INSERT INTO chatbot_passagevector (passage_id, tenant_id, model, vector, code)
SELECT id, %(tenant)s, %(model)s, near.vector, near.code
  FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS number
      FROM chatbot_passage WHERE document_id = %(document)s
  ) AS passage
  JOIN (
    SELECT vector, row_number() OVER (ORDER BY passage_id) - 1 AS number, count(*) OVER () AS all
      FROM (SELECT * FROM chatbot_passagevector WHERE model = %(model)s LIMIT 2000) AS a_few
  ) AS known ON known.number = passage.number %% known.all
 CROSS JOIN LATERAL (
    SELECT array_agg(value) AS vector,
           string_agg(CASE WHEN value > 0 THEN '1' ELSE '0' END, '')::varbit AS code
      FROM (
        SELECT (value + (random() - 0.5) * 0.08 + 0 * passage.id)::real AS value
          FROM unnest(known.vector) AS value
      ) AS moved
 ) AS near
"""


def fill(tenant: Tenant, passages: int, model: str, seed: int, say: Say) -> None:
    """The tenant has so many more passages, of words as they are used, all of them placed."""
    chance = random.Random(seed)  # noqa: S311 - no secrets here
    sentences = [text for some in clean().values() for text in some]
    document = store_document(tenant, title="Everything", url="", language="en", text="")
    for first in range(0, passages, AT_ONCE):
        say(f"{first:,} of {passages:,} passages are written")
        texts = [
            " ".join(chance.sample(sentences, SENTENCES))
            for _ in range(min(AT_ONCE, passages - first))
        ]
        values: dict[str, Any] = {
            "tenant": tenant.pk,
            "document": document.pk,
            "first": first,
            "texts": texts,
            "words": [searchable(text) for text in texts],
        }
        with connection.cursor() as cursor:
            cursor.execute(INSERT, values)
    say(f"{passages:,} passages are placed")
    with connection.cursor() as cursor:
        # the index is made anew at the end: in one go that takes ten seconds, row by row minutes
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [NEAREST])
        indexes = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"DROP INDEX IF EXISTS {NEAREST}")
        cursor.execute(PLACE, {"tenant": tenant.pk, "model": model, "document": document.pk})
        for index in indexes:
            cursor.execute(index)
        cursor.execute("VACUUM ANALYZE chatbot_passage")
        cursor.execute("VACUUM ANALYZE chatbot_passagevector")
        cursor.execute("VACUUM ANALYZE chatbot_term")


def count(tenant: Tenant) -> int:
    """How many passages the tenant has."""
    return Passage.objects.filter(tenant=tenant).count()
