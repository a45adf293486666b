"""What the bot may cite."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from chatbot.api import shapes
from chatbot.api.pages import Page, cursor_of, place_in
from chatbot.api.problems import not_there
from chatbot.api.responses import PROBLEMS
from chatbot.api.tokens import Token, tenant_of, token_of
from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.jobs import fetch_source, progress
from chatbot.knowledge.search import forget
from chatbot.models import Document, Job, Scope, Source
from conversations.access import rows_of
from conversations.models import AuditEntry
from conversations.services.audit import record

router = Router(tags=["Knowledge"])


@router.get(
    "/documents",
    response={200: shapes.DocumentPage, **PROBLEMS},
    auth=Token(Scope.KNOWLEDGE_READ),
    operation_id="list_documents",
)
def list_documents(request: HttpRequest, page: Query[Page]) -> Any:
    """List documents, without their texts."""
    rows = rows_of(Document, [tenant_of(request).pk]).defer("text").order_by("pk")
    if page.cursor:
        rows = rows.filter(pk__gt=place_in(page.cursor, int)[0])
    documents = list(rows[: page.limit + 1])
    place = cursor_of(documents[page.limit - 1].pk) if len(documents) > page.limit else None
    return {"items": documents[: page.limit], "next": place}


@router.put(
    "/documents",
    response={200: shapes.DocumentWithText, **PROBLEMS},
    auth=Token(Scope.KNOWLEDGE_WRITE),
    operation_id="put_document",
)
def put_document(request: HttpRequest, given: shapes.NewDocument) -> Any:
    """Store a document; one with the same title is replaced, so a second call changes nothing."""
    with transaction.atomic():
        document = store_document(
            tenant_of(request),
            title=given.title,
            url=given.url,
            language=given.language,
            text=given.text,
            kind=given.kind,
        )
        record(AuditEntry.Act.SETTING, document, by="API")
    forget(document.tenant)
    return document


@router.get(
    "/documents/{int:document}",
    response={200: shapes.DocumentWithText, **PROBLEMS},
    auth=Token(Scope.KNOWLEDGE_READ),
    operation_id="read_document",
)
def read_document(request: HttpRequest, document: Path[shapes.RowId]) -> Any:
    """Read a document with its text."""
    return _found(request, document)


@router.delete(
    "/documents/{int:document}",
    response={204: None, **PROBLEMS},
    auth=Token(Scope.KNOWLEDGE_WRITE),
    operation_id="delete_document",
)
def delete_document(request: HttpRequest, document: Path[shapes.RowId]) -> Any:
    """Delete a document with its passages; what was cited of it stays in the transcripts."""
    found = _found(request, document)
    with transaction.atomic():
        record(AuditEntry.Act.SETTING, found, by="API", deleted=True)
        found.delete()
    forget(tenant_of(request))
    return Status(204, None)


@router.get(
    "/sources",
    response={200: shapes.SourceList, **PROBLEMS},
    auth=Token(Scope.KNOWLEDGE_READ),
    operation_id="list_sources",
)
def list_sources(request: HttpRequest) -> Any:
    """List the pages and sitemaps that are fetched."""
    rows = rows_of(Source, [tenant_of(request).pk]).order_by("pk")
    return {"items": [_source(one) for one in rows]}


@router.post(
    "/sources/{int:source}/sync",
    response={202: shapes.JobShape, **PROBLEMS},
    auth=Token(Scope.KNOWLEDGE_WRITE),
    operation_id="sync_source",
)
def sync_source(request: HttpRequest, source: Path[shapes.RowId]) -> Any:
    """Have a source fetched; a fetch that is under way is the one that is named."""
    found = rows_of(Source, [tenant_of(request).pk]).filter(pk=source).first()
    if found is None:
        raise not_there("source")
    return Status(202, _job(fetch_source(found, by=token_of(request).person)))


@router.get(
    "/jobs/{int:job}",
    response={200: shapes.JobShape, **PROBLEMS},
    auth=Token(Scope.KNOWLEDGE_READ),
    operation_id="read_job",
)
def read_job(request: HttpRequest, job: Path[shapes.RowId]) -> Any:
    """See how far a job is."""
    found = rows_of(Job, [tenant_of(request).pk]).filter(pk=job).first()
    if found is None:
        raise not_there("job")
    return _job(found)


def _found(request: HttpRequest, pk: int) -> Document:
    document = rows_of(Document, [tenant_of(request).pk]).filter(pk=pk).first()
    if document is None:
        raise not_there("document")
    return document


def _source(source: Source) -> dict[str, Any]:
    return {
        "id": source.pk,
        "kind": source.kind,
        "url": source.url,
        "language": source.language,
        "every_hours": source.every,
    }


def _job(job: Job) -> dict[str, Any]:
    times = {"asked_at": job.asked_at, "ended_at": job.ended_at}
    return {"id": job.pk, "what": job.what} | times | progress(job)
