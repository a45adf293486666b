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
from chatbot.knowledge.statement import statement
from chatbot.knowledge.synonyms import synonyms
from chatbot.knowledge.terms import is_han, telling
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
# know an answer. Found with the questions of `bench knowledge`, which says how often it is so.
FITS = 0.3
# The same where nearness has its say; then fewer words are enough for a passage that is near.
FITS_ALONE = 0.9
FRESH_SECONDS = 5.0

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
        """The address at which a reader sees this passage in its document; empty without one.

        It names the passage's first words, so that a browser still finds them
        once the document was cut another way; on pages of ours its number too.
        """
        if self.url.startswith("/") and self.number:
            return f"{self.url}#p{self.number}:~:{self._begins}"
        if self.url:
            plain = not self._begins or "#" in self.url
            return self.url if plain else f"{self.url}#:~:{self._begins}"
        if self.public:
            return f"/kb/{self.tenant}/{self.document}#p{self.number}:~:{self._begins}"
        return ""

    @property
    def _begins(self) -> str:
        """Its heading or first words, as the fragment of an address; empty without any."""
        first = self.heading or self.text.partition("\n")[0][:80]
        words = " ".join(terms_as_written(first)[:8])
        # a dash and a comma have a meaning of their own there
        return f"text={quote(words, safe='').replace('-', '%2D')}" if words else ""


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
    return found if knows(found, asked) else []


def knows(found: Sequence[FoundPassage], asked: Asked | None = None) -> bool:
    """Whether any of these says something about what was asked, where it was placed or not.

    Words and nearness together decide: either may do by itself, or half of
    the one with half of the other.
    """
    if asked is None:
        return any(one.fit >= FITS for one in found)
    near = settings.EMBEDDING_NEAR
    return any(one.fit / FITS_ALONE + one.likeness / near >= 1 for one in found)


def look(
    tenant: Tenant, question: str, limit: int = 5, asked: Asked | None = None
) -> list[FoundPassage]:
    """As `find_passages`, with what does not fit."""
    words = telling(question)[:MOST_TERMS]
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
        cursor.execute(statement(asked.model if asked else "", *extensions()), values)
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


def _configs_of(tenant: Tenant) -> list[str]:
    """How the tenant's documents are read, each way once; looked up every few seconds."""
    now = time.monotonic()
    until, configs = _configs.get(tenant.pk, (0.0, []))
    if now > until:
        languages = Document.objects.filter(tenant=tenant).order_by().values_list("language")
        configs = sorted({config_of(language) for (language,) in languages.distinct()})
        _configs[tenant.pk] = now + FRESH_SECONDS, configs
    return _configs[tenant.pk][1]
