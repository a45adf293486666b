"""Take away, and take out: files of conversations and visitors, redaction, erasure."""

import zoneinfo

import orjson
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from conversations.models import AuditEntry, Conversation, Export, Visitor
from conversations.roles import Act
from conversations.selectors import exports
from conversations.services import erasing, exporting, redaction
from conversations.services.audit import record
from conversations.views.reaching import reached


@require_safe
def conversation_as(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The conversation as `json`, `md`, or a page to print."""
    conversation = reached(request, Conversation, Act.EXPORT, pk)
    record(AuditEntry.Act.EXPORTED, conversation, form=form)
    name = f"conversation-{conversation.public_id}.{form}"
    if form == "json":
        whole = orjson.dumps(exports.as_data(conversation), option=orjson.OPT_INDENT_2)
        return _file(whole, name, "application/json")
    if form == "md":
        return _file(exports.as_markdown(conversation).encode(), name, "text/markdown")
    zone = zoneinfo.ZoneInfo(conversation.tenant.time_zone)
    context = {"talk": conversation, "lines": exports.as_lines(conversation), "zone": zone}
    return render(request, "house/print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def redact(request: HttpRequest, pk: int) -> HttpResponse:
    """Words to take out: asked with, it says where they stand; posted, they are gone."""
    conversation = reached(request, Conversation, Act.REDACT, pk)
    words = (request.POST if request.method == "POST" else request.GET).get("words", "")
    places, mistake = None, ""
    try:
        if request.method == "POST":
            done = redaction.redact(conversation, words)
            messages.success(
                request, f"Redacted in {done.messages} messages and what hangs on them."
            )
            return redirect("admin:conversations_conversation_change", pk)
        if words:
            places = redaction.places_of(conversation, words)
    except redaction.NotRedacted as reason:
        mistake = str(reason)
    context = {
        "title": "Redact words",
        "talk": conversation,
        "words": words,
        "places": places,
        "mistake": mistake,
        "most": redaction.MOST_CHARACTERS,
    }
    whole = admin.site.each_context(request) | context
    return render(request, "house/redact.html", whole, status=400 if mistake else 200)


@require_safe
def visitor_as_json(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is kept of the visitor, as a file for them."""
    visitor = reached(request, Visitor, Act.ERASE, pk)
    record(AuditEntry.Act.EXPORTED, visitor, form="json")
    whole = orjson.dumps(exports.all_of(visitor), default=str, option=orjson.OPT_INDENT_2)
    return _file(whole, f"visitor-{visitor.public_id}.json", "application/json")


@require_http_methods(["GET", "HEAD", "POST"])
def erase_visitor(request: HttpRequest, pk: int) -> HttpResponse:
    """How much is kept of the visitor; posted with the tick, nothing is."""
    visitor = reached(request, Visitor, Act.ERASE, pk)
    if request.method == "POST" and request.POST.get("sure"):
        kept = erasing.erase_visitor(visitor)
        messages.success(
            request, f"Erased: {kept.conversations} conversations, {kept.messages} messages."
        )
        return redirect("admin:conversations_visitor_changelist")
    context = {
        "title": "Erase a visitor",
        "visitor": visitor,
        "kept": erasing.kept_of(visitor),
        "unsure": request.method == "POST",
    }
    whole = admin.site.each_context(request) | context
    return render(request, "house/erase.html", whole, status=400 if context["unsure"] else 200)


@require_safe
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of an export that is ready; 404 before, and once its week is over."""
    export = reached(request, Export, Act.EXPORT, pk)
    if export.state != Export.State.DONE:
        raise Http404
    record(AuditEntry.Act.EXPORTED, export, form="file")
    answer = StreamingHttpResponse(exporting.pieces_of(export), content_type="application/gzip")
    name = f"conversations-{export.tenant.slug}-{export.pk}.jsonl.gz"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
