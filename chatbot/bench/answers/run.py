"""`bench answers`: a bilingual set of questions about the demo shop's help pages.

Each is asked of the product's own search and prompt, and the demo model
answers. The same questions are asked with nearness left out, and of the
search that is written first: PostgreSQL's full text with all words required.
Nothing leaves this process; the demo model's embeddings are computed here.
"""

import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from chatbot.bench.frame import Goal, Options, Report, Say
from chatbot.demo.shop import open_shop, store_articles
from chatbot.demo_model.answers import answer
from chatbot.demo_model.embeddings import embed
from chatbot.demo_model.prompt_reading import read_prompt
from chatbot.engine.citations import cited
from chatbot.engine.scaffold import question_message
from chatbot.knowledge.search import Asked, FoundPassage, find_passages
from chatbot.knowledge.vectors import store_vectors, unplaced
from conversations.models import Tenant

SET = Path(__file__).parent / "questions.toml"
MODEL = "demo-embed"
MOST = 5
# What is answered and cited is the demo model's doing as well, which reads by words only.
GOALS = [
    Goal("retrieval_at_5", ">=", 0.9),
    Goal("first", ">=", 0.75),
    Goal("answered", ">=", 0.65),
    Goal("cited", ">=", 0.75),
    Goal("unknown_refused", ">=", 0.8),
    Goal("search_p95_ms", "<=", 30),
]
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


@dataclass(frozen=True)
class Question:
    """What is asked, and where the answer stands; nowhere, where `page` is empty."""

    language: str
    ask: str
    page: str = ""
    says: str = ""

    @property
    def url(self) -> str:
        """The address of the page that answers."""
        return f"/help/{self.page}" + ("" if self.language == "en" else f"-{self.language}")


def answers(options: Options, say: Say) -> Report:
    """How often the right passage was found, said and cited, and not knowing admitted."""
    say("the demo shop's help pages are taken in")
    tenant = open_shop()
    store_articles(tenant)
    _place_all()
    questions = read_set()
    ways: dict[str, Search] = {
        "": _fused,
        "words_": lambda tenant, ask: find_passages(tenant, ask, MOST),
        "websearch_": _first_written,
    }
    found = {}
    for name, search in ways.items():
        say(f"{len(questions)} questions, {name.strip('_') or 'words and nearness'}")
        found[name] = _measured(tenant, questions, search)
    figures: dict[str, Any] = {
        "questions": sum(bool(one.page) for one in questions),
        "unanswerable": sum(not one.page for one in questions),
    }
    for name, values in found.items():
        figures |= {f"{name}{key}": value for key, value in values.items() if key != "missed"}
    notes = [f"Not found: {', '.join(found['']['missed']) or 'none'}"]
    return Report(figures, GOALS, ["search", *COLUMNS], _rows(found), notes)


def read_set() -> list[Question]:
    """The questions, in the order of the file."""
    return [Question(**one) for one in tomllib.loads(SET.read_text("utf-8"))["question"]]


COLUMNS = ["retrieval_at_5", "first", "answered", "cited", "unknown_refused", "search_p95_ms"]
NAMES = {
    "": "words and nearness, fused",
    "words_": "words alone",
    "websearch_": "all words required",
}


def _rows(found: dict[str, dict[str, Any]]) -> list[list[str]]:
    return [[NAMES[name], *(str(values[key]) for key in COLUMNS)] for name, values in found.items()]


def _measured(tenant: Tenant, questions: list[Question], search: Search) -> dict[str, Any]:
    hits = first = said = marked = refused = 0
    times, missed, told = [], [], []
    for question in questions:
        begun = time.perf_counter()
        passages = search(tenant, question.ask)
        times.append(time.perf_counter() - begun)
        reply = answer(read_prompt([("user", question_message(question.ask, passages))]))
        sources = cited(reply, passages)
        if not question.page:
            refused += not sources
            told += [question.ask] if sources else []
            continue
        right = [one.url == question.url and question.says in one.text for one in passages]
        hits += any(right)
        first += right[:1] == [True]
        said += question.says in reply
        marked += any(one["url"].partition("#")[0] == question.url for one in sources)
        missed += [] if any(right) else [question.ask]
    known = sum(bool(one.page) for one in questions)
    share = {"retrieval_at_5": hits, "first": first, "answered": said, "cited": marked}
    return {name: round(value / known, 4) for name, value in share.items()} | {
        "unknown_refused": round(refused / (len(questions) - known), 4),
        "search_p95_ms": round(1000 * sorted(times)[int(0.95 * len(times))], 2),
        "missed": missed + [f"told: {one}" for one in told],
    }


def _place_all() -> None:
    while passages := unplaced(MODEL, 100):
        store_vectors(
            MODEL,
            {one.pk: embed(f"{one.document.title}\n{one.heading}\n{one.text}") for one in passages},
        )


def _fused(tenant: Tenant, ask: str) -> list[FoundPassage]:
    return find_passages(tenant, ask, MOST, Asked(MODEL, embed(ask)))


def _first_written(tenant: Tenant, ask: str) -> list[FoundPassage]:
    with connection.cursor() as cursor:
        cursor.execute(FIRST_WRITTEN, [ask, tenant.pk, MOST])
        return [FoundPassage(*row) for row in cursor.fetchall()]
