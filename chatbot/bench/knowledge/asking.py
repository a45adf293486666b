"""Ask the product's own search each question of the set, and have the demo model answer."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from billing.services.attempts import Unasked
from chatbot.bench.knowledge.questions import Question
from chatbot.demo_model.answers import answer
from chatbot.demo_model.prompt_reading import read_prompt
from chatbot.engine.citations import cited
from chatbot.engine.scaffold import question_message
from chatbot.knowledge.embeddings import place_question
from chatbot.knowledge.search import FoundPassage, find_passages
from conversations.models import Tenant

MOST = 5
FIRST_WRITTEN = """
SELECT passage.id, document.title, passage.heading, document.url, passage.text,
       ts_rank(passage.search, asked) AS score
  FROM chatbot_passage AS passage
  JOIN chatbot_document AS document ON document.id = passage.document_id,
       websearch_to_tsquery('english', %s) AS asked
 WHERE passage.tenant_id = %s AND passage.search @@ asked
 ORDER BY score DESC, passage.id LIMIT %s
"""

Search = Callable[[Tenant, str], list[FoundPassage]]


def fused(tenant: Tenant, ask: str) -> list[FoundPassage]:
    """As a turn searches: by words, and by nearness where passages have places."""
    return find_passages(tenant, ask, MOST, place_question(Unasked(tenant), ask))


def by_words(tenant: Tenant, ask: str) -> list[FoundPassage]:
    """The same without nearness."""
    return find_passages(tenant, ask, MOST)


def first_written(tenant: Tenant, ask: str) -> list[FoundPassage]:
    """What people write first: PostgreSQL's full text, all words required."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_WRITTEN, [ask, tenant.pk, MOST])
        return [FoundPassage(*row) for row in cursor.fetchall()]


def measured(tenant: Tenant, questions: Sequence[Question], search: Search) -> dict[str, Any]:
    """The shares of right answers, and of questions without one that were refused.

    `refused_unanswerable` counts what a visitor reads: a reply that rests on
    no passage; `refused_by_search` those for which no passage went into the
    prompt at all. `missed` names what went wrong.
    """
    hits = first = said = marked = refused = unfound = 0
    times, missed = [], []
    for question in questions:
        begun = time.perf_counter()
        passages = search(tenant, question.ask)
        times.append(time.perf_counter() - begun)
        reply = answer(read_prompt([("user", question_message(question.ask, passages))]))
        sources = cited(reply, passages)
        if not question.page:
            refused += not sources
            unfound += not passages
            missed += [f"told: {question.ask}"] if sources else []
            continue
        right = [one.url == question.url and question.says in one.text for one in passages]
        hits += any(right)
        first += right[:1] == [True]
        said += question.says in reply
        marked += any(one["url"].partition("#")[0] == question.url for one in sources)
        missed += [] if any(right) else [f"not found: {question.ask}"]
    known = sum(bool(one.page) for one in questions)
    unknown = len(questions) - known
    share = {"recall_at_5": hits, "first": first, "answered": said, "cited": marked}
    refusals = {"refused_unanswerable": refused, "refused_by_search": unfound}
    return (
        {name: round(value / known, 4) for name, value in share.items()}
        | {name: round(value / unknown, 4) for name, value in refusals.items()}
        | {"search_p95_ms": round(1000 * sorted(times)[int(0.95 * len(times))], 2)}
        | {"missed": missed}
    )
