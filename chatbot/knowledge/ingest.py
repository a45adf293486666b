"""Turn a document into passages that can be found."""

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value

from chatbot.knowledge.passages import Piece, pieces
from chatbot.knowledge.terms import searchable
from chatbot.models import Document, Passage
from conversations.models import Tenant

# Stems and stop words are English; Chinese terms pass through it unchanged.
SEARCH_CONFIG = "english"
MAX_HEADING = 300


def store_document(tenant: Tenant, *, title: str, url: str, language: str, text: str) -> Document:
    """The tenant's document of this title says `text` (Markdown), and can be found.

    A document that has the title already is replaced with all its
    passages in one transaction; searches see the old or the new ones,
    never both.
    """
    with transaction.atomic():
        document, _ = Document.objects.update_or_create(
            tenant=tenant,
            title=title,
            defaults={"url": url, "language": language, "text": text},
        )
        cut(document)
    return document


def cut(document: Document) -> None:
    """The document's passages are what its text says now; searches see the old or the new ones."""
    with transaction.atomic():
        document.passages.all().delete()
        Passage.objects.bulk_create(
            _passage(document, number, piece)
            for number, piece in enumerate(pieces(document.text), start=1)
        )


def _passage(document: Document, number: int, piece: Piece) -> Passage:
    about = SearchVector(
        Value(searchable(f"{document.title} {piece.heading}")), config=SEARCH_CONFIG, weight="B"
    )
    body = SearchVector(Value(searchable(piece.text)), config=SEARCH_CONFIG, weight="D")
    return Passage(
        tenant_id=document.tenant_id,
        document=document,
        number=number,
        heading=piece.heading[:MAX_HEADING],
        text=piece.text,
        search=about + body,
    )
