"""Turn a document into passages that can be found."""

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value

from chatbot.knowledge.languages import config_of
from chatbot.knowledge.passages import ENOUGH_CHARACTERS, Piece, pieces, plain_lines
from chatbot.knowledge.terms import searchable
from chatbot.models import Document, Passage
from conversations.models import Tenant

MAX_HEADING = 300
# Goes up with every change of how documents are cut or read; what was cut
# another way is cut again in the background.
CUT_VERSION = 1


def store_document(
    tenant: Tenant,
    *,
    title: str,
    url: str,
    language: str,
    text: str,
    kind: str = Document.Kind.ARTICLE,
) -> Document:
    """The tenant's document of this title says `text` (Markdown), and can be found.

    A document that has the title already is replaced with all its
    passages in one transaction; searches see the old or the new ones,
    never both.
    """
    with transaction.atomic():
        document, _ = Document.objects.update_or_create(
            tenant=tenant,
            title=title,
            defaults={"url": url, "language": language, "text": plain_lines(text), "kind": kind},
        )
        cut(document)
    return document


def cut(document: Document) -> None:
    """The document's passages are what its text says now; searches see the old or the new ones."""
    config = config_of(document.language)
    enough = 0 if document.kind == Document.Kind.ANSWERS else ENOUGH_CHARACTERS
    with transaction.atomic():
        # two who save at once take turns, or both would write passage 1
        Document.objects.select_for_update().only("pk").get(pk=document.pk)
        document.passages.all().delete()
        Passage.objects.bulk_create(
            _passage(document, number, piece, config)
            for number, piece in enumerate(
                pieces(plain_lines(document.text), enough=enough), start=1
            )
        )
        Document.objects.filter(pk=document.pk).update(cut_with=CUT_VERSION)


def cut_again(limit: int = 50) -> int:
    """So many documents that were cut another way have passages of today; returns how many."""
    old = Document.objects.exclude(cut_with=CUT_VERSION).order_by("pk")[:limit]
    for document in old:
        cut(document)
    return len(old)


def open_text(document: Document) -> list[tuple[Passage, str]]:
    """The whole text in the stretches of its passages, each from where it begins to the next."""
    passages = list(document.passages.order_by("number").defer("search"))
    text = plain_lines(document.text)
    starts = [0, *(one.begin for one in passages[1:])] if passages else []
    return [
        (passage, text[begin:end])
        for passage, begin, end in zip(passages, starts, [*starts[1:], len(text)], strict=True)
    ]


def _passage(document: Document, number: int, piece: Piece, config: str) -> Passage:
    about = SearchVector(
        Value(searchable(f"{document.title} {piece.heading}")), config=config, weight="B"
    )
    body = SearchVector(Value(searchable(piece.text)), config=config, weight="D")
    return Passage(
        tenant_id=document.tenant_id,
        document=document,
        number=number,
        heading=piece.heading[:MAX_HEADING],
        text=piece.text,
        begin=piece.begin,
        end=piece.end,
        search=about + body,
    )
