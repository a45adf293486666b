"""What a person of staff should know: their page of it, and what a page of theirs asks for."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from conversations.models import AtDesk, Notice
from conversations.roles import Act
from conversations.services import notices
from conversations.services.event_data import name_of
from conversations.views.reaching import refuse_where_nowhere

SHOWN = 50
NEW_AT_ONCE = 5


@require_http_methods(["GET", "HEAD", "POST"])
def notices_page(request: HttpRequest) -> HttpResponse:
    """The person's newest notices, unseen ones marked; posted, seen, or how to be told."""
    refuse_where_nowhere(request, Act.READ)
    if request.method == "POST":
        if "see" in request.POST:
            notices.see(request.user)
        else:
            away, by_mail = "away" in request.POST, "by_mail" in request.POST
            notices.choose(request.user, away=away, by_mail=by_mail)
            messages.success(request, "Kept.")
        return redirect("house:notices")
    found = list(notices.newest_first(request.user)[:SHOWN])
    context = {
        "title": "Notices",
        "notices": [{"notice": one, "url": _url(one)} for one in found],
        "unseen": any(one.seen_at is None for one in found),
        "desk": AtDesk.objects.filter(user=request.user.pk).first() or AtDesk(),
    }
    return render(request, "house/notices.html", admin.site.each_context(request) | context)


@require_safe
def new_notices(request: HttpRequest) -> HttpResponse:
    """As JSON what is new after the notice `?after=17`, and how many are unseen.

    Whoever asks is at their desk. Without `after` nothing is new: a page
    that has just been opened begins here.
    """
    refuse_where_nowhere(request, Act.READ)
    notices.seen_at_desk(request.user)
    mine = notices.newest_first(request.user)
    unseen = mine.filter(seen_at=None)
    after = request.GET.get("after", "")
    fresh: list[Notice] = []
    if after.isdecimal() and len(after) < 19:
        fresh = list(unseen.filter(pk__gt=int(after))[:NEW_AT_ONCE])
    newest = mine.values_list("pk", flat=True).first()
    answer = JsonResponse(
        {
            "newest": newest or 0,
            "unseen": len(unseen.order_by().values_list("pk")[:100]),
            "new": [_shown(one) for one in reversed(fresh)],
        }
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _shown(notice: Notice) -> dict[str, Any]:
    by = f"{name_of(notice.by)}, " if notice.by else ""
    return {
        "id": notice.pk,
        "title": notice.get_kind_display(),
        "text": f"{by}{notice.conversation.visitor} at {notice.conversation.tenant}",
        "url": _url(notice),
    }


def _url(notice: Notice) -> str:
    page = reverse("admin:conversations_conversation_change", args=[notice.conversation_id])
    return f"{page}#note-{notice.note_id}" if notice.note_id else page
