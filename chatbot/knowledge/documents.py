"""Read a tenant's documents."""

from chatbot.models import Document
from conversations.models import Tenant


def demo_tenant() -> Tenant | None:
    """The tenant whose documents the demo shop shows to everyone, or None."""
    return Tenant.objects.filter(is_demo=True).first()


def documents_of(tenant: Tenant, language: str) -> list[Document]:
    """The tenant's documents in this language, by title, without their text."""
    return list(Document.objects.filter(tenant=tenant, language=language).defer("text"))


def document_at(tenant: Tenant, url: str) -> Document | None:
    """The tenant's document with this address, or None."""
    return Document.objects.filter(tenant=tenant, url=url).first()
