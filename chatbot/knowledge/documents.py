"""Read a tenant's documents."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from chatbot.knowledge.ingest import open_text
from chatbot.models import Document, KnowledgePolicy
from conversations.markdown import as_html
from conversations.models import Tenant


@dataclass(frozen=True)
class Stretch:
    """A part of a document on a page; `anchor` is where a citation of its passage leads."""

    anchor: str
    html: SafeString


def demo_tenant() -> Tenant | None:
    """The tenant whose documents the demo shop shows to everyone, or None."""
    return Tenant.objects.filter(is_demo=True).first()


def documents_of(tenant: Tenant, language: str) -> list[Document]:
    """The tenant's documents in this language, by title, without their text."""
    return list(Document.objects.filter(tenant=tenant, language=language).defer("text"))


def document_at(tenant: Tenant, url: str) -> Document | None:
    """The tenant's document with this address, or None."""
    return Document.objects.filter(tenant=tenant, url=url).first()


def public_document(slug: str, pk: int) -> Document | None:
    """The document of the tenant with this slug, where the tenant shows it to everyone here."""
    shown = KnowledgePolicy.objects.filter(public=True).values("tenant")
    return (
        Document.objects.filter(pk=pk, url="", tenant__slug=slug, tenant__in=shown)
        .select_related("tenant")
        .first()
    )


def stretches(document: Document) -> list[Stretch]:
    """The whole document as HTML that can do no harm, with a place for each passage."""
    parts = open_text(document)
    if not parts:
        return [Stretch("p1", as_html(document.text))]
    return [Stretch(f"p{passage.number}", as_html(text)) for passage, text in parts]
