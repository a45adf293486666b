"""Read a tenant's documents."""

from chatbot.models import Document
from conversations.models import Tenant


def documents_of(tenant: Tenant, language: str = "en") -> list[Document]:
    """The tenant's documents in this language, by title, without their text."""
    return list(Document.objects.filter(tenant=tenant, language=language).defer("text"))


def document_at(tenant: Tenant, url: str) -> Document | None:
    """The tenant's document with this address, or None."""
    return Document.objects.filter(tenant=tenant, url=url).first()
