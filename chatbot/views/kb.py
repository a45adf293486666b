"""Pages of documents that have no address of their own, for tenants who want them public."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatbot.knowledge.documents import public_document, stretches

# Somebody else wrote the text: nothing runs here, and nothing is loaded from elsewhere.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


@require_safe
def page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The document, each passage at `#p` and its number; 404 unless its tenant shows it."""
    document = public_document(slug, pk)
    if document is None:
        raise Http404
    context = {"document": document, "stretches": stretches(document)}
    response = render(request, "kb/page.html", context)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-ancestors 'none'"
    return response
