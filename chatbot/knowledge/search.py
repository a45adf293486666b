"""The passages for a question."""

from dataclasses import dataclass

from django.db import connection

from chatbot.knowledge.ingest import SEARCH_CONFIG
from chatbot.knowledge.terms import is_han, terms
from conversations.models import Tenant

# A question has few telling words; a pasted page must not make a query of thousands.
MOST_TERMS = 40

# Passages with more of the question's words come first, so those with all of them lead.
FIND = """
WITH asked AS (
  SELECT DISTINCT to_tsquery(%(config)s, term) AS query FROM unnest(%(terms)s::text[]) AS term
), anything AS (
  SELECT string_agg(query::text, ' | ')::tsquery AS query FROM asked WHERE numnode(query) > 0
)
SELECT passage.id, document.title, passage.heading, document.url, passage.text,
       (SELECT count(*) FROM asked WHERE passage.search @@ asked.query)
         + ts_rank_cd(passage.search, anything.query, 32) AS score
  FROM anything, chatbot_passage AS passage
  JOIN chatbot_document AS document ON document.id = passage.document_id
 WHERE passage.tenant_id = %(tenant)s AND passage.search @@ anything.query
 ORDER BY score DESC, passage.id
 LIMIT %(limit)s
"""


@dataclass(frozen=True)
class FoundPassage:
    """A passage and how well it fits: how many of the question's words it has, and a fraction."""

    id: int
    title: str
    heading: str
    url: str
    text: str
    score: float


def find_passages(tenant: Tenant, question: str, limit: int = 5) -> list[FoundPassage]:
    """The tenant's passages that share words with the question, best first; none, no passage."""
    asked = [_query(term) for term in dict.fromkeys(terms(question))][:MOST_TERMS]
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            FIND,
            {"config": SEARCH_CONFIG, "terms": asked, "tenant": tenant.pk, "limit": limit},
        )
        return [FoundPassage(*row) for row in cursor.fetchall()]


def _query(term: str) -> str:
    """The term in `to_tsquery`'s language; a lone Chinese character finds pairs it begins."""
    return f"'{term}':*" if is_han(term) and len(term) == 1 else f"'{term}'"
