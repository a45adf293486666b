"""The passages for a question.

Two ways of looking are fused: the question's words, rare ones counting more
and misspelt ones guessed; and, where there are embeddings, nearness. One
statement does it all.
"""

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from chatbot.knowledge.languages import config_of
from chatbot.knowledge.synonyms import synonyms
from chatbot.knowledge.terms import HAN, TALK, is_han, terms
from chatbot.knowledge.vectors import signs
from chatbot.models import Document
from conversations.models import Tenant

# A question has few telling words; a pasted page must not make a query of thousands.
MOST_TERMS = 40
# Passages are looked for by the rarest words, as many as stand in so many passages
# together: frequent ones only say which of those fits best. Where even the rarest is
# frequent, two of the three rarest must stand in it.
CANDIDATES = 600
# What the best passage must hold of the weight of the question's words for the documents to
# know an answer. Found with the questions of `bench answers`, which says how often it is so.
FITS = 0.3
# A word that no passage has weighs more than a rare one: it may be what the question is about.
# Of Chinese pairs most unknown ones are no words, only the seam between two.
UNKNOWN, UNKNOWN_HAN = 1.5, 0.6
# In a library of three passages every word is frequent, and one that is in none would
# outweigh all others. Words are weighed as in a library of at least so many.
LEAST_SIZE = 200
FRESH_SECONDS = 5.0

WORDS = """
asked AS MATERIALIZED (
  SELECT word.at, word.lone, word.own,
         CASE WHEN word.lone THEN word.text ELSE made.lexeme END AS form
    FROM unnest(%(words)s::text[], %(at)s::int[], %(own)s::boolean[], %(lone)s::boolean[])
         AS word(text, at, own, lone)
   CROSS JOIN unnest(%(configs)s::text[]) AS config(name)
    LEFT JOIN LATERAL unnest(to_tsvector(config.name::regconfig, word.text)) AS made ON true
), telling AS MATERIALIZED (
  SELECT min(at) AS at, forms, lone, forms[1] ~ {han} AS han
    FROM (
      SELECT at, lone, array_agg(DISTINCT form ORDER BY form) AS forms
        FROM asked WHERE own GROUP BY at, lone HAVING bool_and(form IS NOT NULL)
    ) AS one
   GROUP BY forms, lone
), known AS MATERIALIZED (
  SELECT telling.at, term.word, term.passages, 1.0 AS share
    FROM telling CROSS JOIN unnest(telling.forms) AS wanted CROSS JOIN LATERAL ({one_term}) AS term
   WHERE NOT telling.lone
  UNION ALL
  SELECT DISTINCT asked.at, term.word, term.passages, {synonym_share}
    FROM asked CROSS JOIN LATERAL (SELECT asked.form) AS one(wanted)
   CROSS JOIN LATERAL ({one_term}) AS term
   WHERE NOT asked.own
  UNION ALL
  SELECT telling.at, term.word, term.passages, 1.0
    FROM telling CROSS JOIN LATERAL (
      SELECT word, passages FROM chatbot_term
       WHERE tenant_id = %(tenant)s::bigint
         AND word ~>=~ telling.forms[1] AND word ~<~ (telling.forms[1] || '\U0010ffff')
       ORDER BY passages DESC LIMIT 20
    ) AS term
   WHERE telling.lone
), guessed AS MATERIALIZED (
  {guessed}
), library AS (
  SELECT greatest(coalesce(sum(passages), 0), {least_size})::float AS size
    FROM chatbot_term WHERE tenant_id = %(tenant)s::bigint AND word = ''
), words AS MATERIALIZED (
  SELECT telling.at, hits.passages, hits.query, hits.head,
         hits.share * ln(1 + (greatest(size - hits.passages, 0) + 0.5) / (hits.passages + 0.5))
           * CASE WHEN hits.passages > 0 THEN 1
                  WHEN telling.han THEN {unknown_han} ELSE {unknown} END
           AS weight
    FROM library, telling CROSS JOIN LATERAL (
      SELECT coalesce(sum(passages), 0)::float AS passages, coalesce(max(share), 1)::float AS share,
             string_agg('''' || word || '''', ' | ')::tsquery AS query,
             string_agg('''' || word || ''':B', ' | ')::tsquery AS head
        FROM (SELECT * FROM known UNION ALL SELECT * FROM guessed) AS hit
       WHERE hit.at = telling.at
    ) AS hits
), rarest AS MATERIALIZED (
  SELECT query, passages, row_number() OVER rare AS number,
         sum(passages) OVER rare AS together, min(passages) OVER () AS least
    FROM words WHERE passages > 0
  WINDOW rare AS (ORDER BY passages, at)
), chosen AS (
  SELECT string_agg('(' || query::text || ')', ' | ')::tsquery AS query
    FROM rarest WHERE together <= %(candidates)s OR number = 1 AND least <= %(candidates)s
   UNION ALL
  SELECT string_agg('(' || one.query::text || ') & (' || other.query::text || ')', ' | ')::tsquery
    FROM rarest AS one JOIN rarest AS other ON one.number < other.number AND other.number <= 3
   WHERE one.least > %(candidates)s
   UNION ALL
  SELECT query FROM rarest
   WHERE least > %(candidates)s AND (SELECT count(*) FROM rarest) = 1
), fitting AS MATERIALIZED (
  SELECT passage.id, fit.held, fit.held + {head_share} * fit.headed AS weight, passage.search,
         chosen.query
    FROM chosen JOIN chatbot_passage AS passage ON passage.search @@ chosen.query
   CROSS JOIN LATERAL (
      SELECT coalesce(sum(weight) FILTER (WHERE passage.search @@ query), 0) AS held,
             coalesce(sum(weight) FILTER (WHERE passage.search @@ head), 0) AS headed
        FROM words WHERE query IS NOT NULL
    ) AS fit
   WHERE passage.tenant_id = %(tenant)s::bigint
   ORDER BY weight DESC, passage.id LIMIT 60
), worded AS (
  SELECT id, held / (SELECT sum(weight) FROM words) AS fit, NULL::float AS likeness,
         row_number() OVER (
           ORDER BY weight + {near_share} * ts_rank_cd(search, query, 32) DESC, id
         ) AS place
    FROM fitting
   ORDER BY place LIMIT %(each)s
)"""
# A word that no passage has may be another one misspelt, behind its first two letters.
# Short words are like too many.
GUESSED = """
  SELECT lost.at, alike.word, alike.passages, 0.7 AS share
    FROM telling AS lost CROSS JOIN LATERAL (
      SELECT word, passages FROM chatbot_term
       WHERE tenant_id = %(tenant)s::bigint
         AND word ~>=~ left(lost.forms[1], 2) AND word ~<~ (left(lost.forms[1], 2) || '\U0010ffff')
         AND similarity(word, lost.forms[1]) >= 0.45
         AND abs(length(word) - length(lost.forms[1])) <= 1
       ORDER BY similarity(word, lost.forms[1]) DESC, word LIMIT 1
    ) AS alike
   WHERE NOT lost.lone AND length(lost.forms[1]) >= 5 AND lost.forms[1] ~ '^[[:alpha:]]+$'
     AND NOT EXISTS (SELECT FROM known WHERE known.at = lost.at)
"""
# A word at a time, by the index: of a tenant's hundred thousand words a question has ten.
ONE_TERM = """
      SELECT word, passages FROM chatbot_term
       WHERE tenant_id = %(tenant)s::bigint AND word = wanted OFFSET 0
"""
NO_GUESS = "SELECT at, word, passages, share FROM known WHERE false"
# The signs choose forty, their vectors say which of those are nearest.
NEAR = """
, near AS MATERIALIZED (
  SELECT passage_id, vector FROM chatbot_passagevector
   WHERE tenant_id = %(tenant)s::bigint AND model = %(model)s
     AND bit_length(code) = bit_length(%(code)s::varbit)
   ORDER BY bit_count(code # %(code)s::varbit) LIMIT 40
), measured AS (
  SELECT passage_id AS id, {likeness} AS likeness FROM near
), likened AS (
  SELECT id, NULL::float AS fit, likeness, row_number() OVER (ORDER BY likeness DESC, id) AS place
    FROM measured ORDER BY place LIMIT %(each)s
)"""
LIKENED = " UNION ALL SELECT id, fit, likeness, place, {share} FROM likened"
BY_HAND = "(SELECT sum(a * b) FROM unnest(vector, %(vector)s::real[]) AS pair(a, b))::float"
BY_PGVECTOR = "-(vector::vector <#> %(vector)s::real[]::vector)::float"
FUSED = """
SELECT passage.id, document.title, passage.heading, document.url, passage.text,
       best.score, coalesce(best.fit, 0), coalesce(best.likeness, 0),
       passage.number, document.id, coalesce(policy.public, false)
  FROM (
    SELECT id, sum(share / (60 + place))::float AS score, max(fit) AS fit, max(likeness) AS likeness
      FROM ({ways}) AS way GROUP BY id
  ) AS best
  JOIN chatbot_passage AS passage ON passage.id = best.id
  JOIN chatbot_document AS document ON document.id = passage.document_id
  LEFT JOIN chatbot_knowledgepolicy AS policy ON policy.tenant_id = passage.tenant_id
 ORDER BY best.score DESC, best.fit DESC NULLS LAST, passage.id
 LIMIT %(limit)s
"""
# A word in the title or the heading says what the passage is about; words that stand
# together say more than the same words apart.
HEAD_SHARE, NEAR_SHARE = 0.35, 0.5
# Another word for it is nearly as good; nearness is less sure than words where both find something.
SYNONYM_SHARE, LIKENESS_SHARE = 0.8, 0.35

_configs: dict[int, tuple[float, list[str]]] = {}


@dataclass(frozen=True)
class FoundPassage:
    """A passage and how well it fits.

    `score` orders what was found together. `fit` is the share it holds of
    the weight of the question's words, `likeness` how near it is, both 0 to 1.
    """

    id: int
    title: str
    heading: str
    url: str
    text: str
    score: float
    fit: float = 0.0
    likeness: float = 0.0
    number: int = 0
    document: int = 0
    public: bool = False
    tenant: str = ""

    @property
    def place(self) -> str:
        """The address at which a reader sees this passage in its document; empty without one."""
        if self.url.startswith("/") and self.number:
            return f"{self.url}#p{self.number}"
        if self.url:
            first = self.heading or self.text.partition("\n")[0][:80]
            words = " ".join(terms_as_written(first)[:8])
            return (
                f"{self.url}#:~:text={quote(words)}" if words and "#" not in self.url else self.url
            )
        return f"/kb/{self.tenant}/{self.document}#p{self.number}" if self.public else ""


@dataclass(frozen=True)
class Asked:
    """A question as an embedding model places it."""

    model: str
    vector: Sequence[float]


def find_passages(
    tenant: Tenant, question: str, limit: int = 5, asked: Asked | None = None
) -> list[FoundPassage]:
    """The tenant's passages for the question, best first; none where not even the best one fits."""
    found = look(tenant, question, limit, asked)
    return found if knows(found) else []


def knows(found: Sequence[FoundPassage]) -> bool:
    """Whether any of these says something about what was asked."""
    near = settings.EMBEDDING_NEAR
    return any(one.fit >= FITS or one.likeness >= near for one in found)


def look(
    tenant: Tenant, question: str, limit: int = 5, asked: Asked | None = None
) -> list[FoundPassage]:
    """As `find_passages`, with what does not fit."""
    words = [word for word in dict.fromkeys(terms(question)) if word not in TALK][:MOST_TERMS]
    if not (words or asked) or not has_documents(tenant):
        return []
    asked_for = [(word, at, True) for at, word in enumerate(words)]
    asked_for += [(other, at, False) for at, word in enumerate(words) for other in synonyms(word)]
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "words": [word for word, _, _ in asked_for],
        "at": [at for _, at, _ in asked_for],
        "own": [own for _, _, own in asked_for],
        "lone": [is_han(word) and len(word) == 1 for word, _, _ in asked_for],
        "configs": _configs_of(tenant),
        "candidates": CANDIDATES,
        "each": 4 * limit,
        "limit": limit,
    }
    if asked:
        values |= {
            "model": asked.model,
            "vector": list(asked.vector),
            "code": signs(asked.vector),
        }
    with connection.cursor() as cursor:
        cursor.execute(_statement(asked is not None, *extensions()), values)
        return [FoundPassage(*(*row, tenant.slug)) for row in cursor.fetchall()]


@functools.cache
def extensions() -> tuple[bool, bool]:
    """Whether this database has pg_trgm, and whether it has pgvector."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        names = {row[0] for row in cursor.fetchall()}
    return "pg_trgm" in names, "vector" in names


def terms_as_written(text: str) -> list[str]:
    """The text's words in their order and case, without the signs of Markdown."""
    plain = text.translate(str.maketrans("*_`#[]|", "       "))
    return plain.split()


def has_documents(tenant: Tenant) -> bool:
    """Whether there is anything to look in, as of a few seconds ago."""
    return bool(_configs_of(tenant))


def forget(tenant: Tenant) -> None:
    """The tenant's languages are looked up anew."""
    _configs.pop(tenant.pk, None)


@functools.cache
def _statement(by_vector: bool, trigram: bool, pgvector: bool) -> str:
    words = WORDS.format(
        guessed=GUESSED if trigram else NO_GUESS,
        head_share=HEAD_SHARE,
        near_share=NEAR_SHARE,
        synonym_share=SYNONYM_SHARE,
        one_term=ONE_TERM,
        least_size=LEAST_SIZE,
        unknown=UNKNOWN,
        unknown_han=UNKNOWN_HAN,
        han=f"'[{HAN}]'",
    )
    ways = "SELECT id, fit, likeness, place, 1.0 AS share FROM worded"
    if by_vector:
        words += NEAR.format(likeness=BY_PGVECTOR if pgvector else BY_HAND)
        ways += LIKENED.format(share=LIKENESS_SHARE)
    return f"WITH {words} {FUSED.format(ways=ways)}"


def _configs_of(tenant: Tenant) -> list[str]:
    """How the tenant's documents are read, each way once; looked up every few seconds."""
    now = time.monotonic()
    until, configs = _configs.get(tenant.pk, (0.0, []))
    if now > until:
        languages = Document.objects.filter(tenant=tenant).order_by().values_list("language")
        configs = sorted({config_of(language) for (language,) in languages.distinct()})
        _configs[tenant.pk] = now + FRESH_SECONDS, configs
    return _configs[tenant.pk][1]
