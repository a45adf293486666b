"""What staff do around a conversation: whose it is, labels, notes, rest, closing."""

import datetime
import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from chatbot.admin.desk import DeskAdmin, wants_json
from chatbot.admin.neighbours import FILTERS, address_of
from chatbot.admin.work_list import clock_html
from chatbot.inbox import filling
from conversations.admin.rights import may
from conversations.models import Conversation
from conversations.roles import Act
from conversations.selectors.work import panel_of
from conversations.services import closing, labels, notes, snoozing, turns
from conversations.services.notices import people_who_may, see
from conversations.services.turns import NotDone

PLACE = "#work"
Deed = Callable[[Conversation], str]


class WorkAdmin(DeskAdmin):
    """Plain forms beside a conversation, for those who may answer; all readers see what stands.

    A script sends them without leaving the page, and what was being written
    to the visitor stays as it was.
    """

    def get_urls(self) -> list[URLPattern]:
        """Those of the desk, and one for each thing that can be done here."""
        acts = {
            "assign": ("assign/", self.assign),
            "label": ("label/", self.label),
            "unlabel": ("unlabel/", self.unlabel),
            "note": ("note/", self.note),
            "snooze": ("snooze/", self.snooze),
            "wake": ("wake/", self.wake),
            "close": ("close/", self.close),
            "reopen": ("reopen/", self.reopen),
            "work": ("work/", self.work),
        }
        return self.acts_on_one(acts) + super().get_urls()

    def work_context(self, request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
        """What the panel is written from; the reader has seen their notices of it."""
        see(request.user, conversation)
        panel = panel_of(conversation, request.user)
        chosen = request.GET.get("canned", "")
        return {
            "panel": panel,
            "clock": clock_html(panel.clock) if panel.clock else "",
            "talk": conversation,
            "zone": zoneinfo.ZoneInfo(conversation.tenant.time_zone),
            "may_answer": may(request, Act.ANSWER, conversation.tenant_id),
            "canned": next((one.text for one in panel.canned if one.name == chosen), ""),
        }

    def work(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The panel as it is now, in JSON."""
        conversation = self.get_object(request, str(pk))
        if conversation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_view_permission(request, conversation):
            raise PermissionDenied
        return JsonResponse({"panel": self._panel(request, conversation)})

    @method_decorator(require_POST)
    def assign(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It is the person's of `to`, the next one's in turn, nobody's; without it, one's own."""

        def act(conversation: Conversation) -> str:
            return _assign(request, conversation, request.POST.get("to", "me"))

        return self._work(request, pk, act)

    @method_decorator(require_POST)
    def label(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It has the label of this name."""

        def act(conversation: Conversation) -> str:
            labels.label(conversation, request.POST.get("text", ""))
            filling.fill([conversation.pk])
            return ""

        return self._work(request, pk, act)

    @method_decorator(require_POST)
    def unlabel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It does not have the label."""

        def act(conversation: Conversation) -> str:
            number = request.POST.get("label", "")
            if number.isdecimal() and len(number) < 19:
                labels.unlabel(conversation, int(number))
                filling.fill([conversation.pk])
            return ""

        return self._work(request, pk, act)

    @method_decorator(require_POST)
    def note(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The note stands there; names in it that are nobody's are named."""

        def act(conversation: Conversation) -> str:
            written = notes.write_note(conversation, request.user, request.POST.get("text", ""))
            if written.unknown:
                names = ", ".join(f"@{name}" for name in written.unknown)
                return f"The note stands; nobody here is called {names}."
            return ""

        return self._work(request, pk, act)

    @method_decorator(require_POST)
    def snooze(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It rests for as long as `for` says, or until the moment of `until` at the tenant."""

        def act(conversation: Conversation) -> str:
            snoozing.snooze(conversation, _moment(request, conversation), request.user)
            return ""

        return self._work(request, pk, act)

    @method_decorator(require_POST)
    def wake(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It rests no more."""

        def act(conversation: Conversation) -> str:
            snoozing.wake(conversation)
            return ""

        return self._work(request, pk, act)

    @method_decorator(require_POST)
    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It is closed; what the visitor writes into it opens it again."""

        def act(conversation: Conversation) -> str:
            closing.close(conversation, request.user)
            return "Closed. It opens again once the visitor writes here."

        return self._work(request, pk, act, leaves=True)

    @method_decorator(require_POST)
    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bot answers there again."""

        def act(conversation: Conversation) -> str:
            closing.reopen(conversation, request.user)
            return "Open again; the bot answers."

        return self._work(request, pk, act, leaves=True)

    def _work(
        self, request: HttpRequest, pk: int, act: Deed, *, leaves: bool = False
    ) -> HttpResponse:
        """As `_act`; a script gets the panel as it is then, or is told to load the page anew."""
        conversation = self.get_object(request, str(pk))
        if conversation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not may(request, Act.ANSWER, conversation.tenant_id):
            raise PermissionDenied
        page = address_of(pk, request.GET.get(FILTERS, ""))
        try:
            said = act(conversation)
        except NotDone as reason:
            if wants_json(request):
                return JsonResponse({"error": str(reason)}, status=409)
            messages.error(request, str(reason))
            return HttpResponseRedirect(page + PLACE)
        if wants_json(request) and not leaves:
            return JsonResponse({"panel": self._panel(request, conversation), "said": said})
        if said:
            messages.success(request, said)
        if wants_json(request):
            return JsonResponse({"load": page})
        return HttpResponseRedirect(page + PLACE)

    def _panel(self, request: HttpRequest, conversation: Conversation) -> str:
        conversation.refresh_from_db(fields=["state", "updated_at"])
        filters = request.GET.get(FILTERS, "")
        carried = f"?{urlencode({FILTERS: filters})}" if filters else ""
        context = self.work_context(request, conversation)
        context |= {"filters": filters, "carried": carried}
        with timezone.override(context["zone"]):
            return render_to_string("admin/conversations/conversation/work.html", context, request)


def _assign(request: HttpRequest, conversation: Conversation, to: str) -> str:
    if to == "turn":
        person = turns.give_by_turn(conversation, request.user)
        if person is None:
            raise NotDone("Nobody is at their desk now; choose somebody.")
        return ""
    if to == "":
        turns.assign(conversation, None, request.user)
        return ""
    if to == "me":
        turns.assign(conversation, request.user, request.user)
        return ""
    people = people_who_may(Act.ANSWER, conversation.tenant_id)
    person = people.filter(pk=to).first() if to.isdecimal() and len(to) < 10 else None
    if person is None:
        raise NotDone("This person may not answer here any more; choose another.")
    turns.assign(conversation, person, request.user)
    return ""


def _moment(request: HttpRequest, conversation: Conversation) -> datetime.datetime:
    written = request.POST.get("until", "")
    if not written:
        return snoozing.until(request.POST.get("for", ""), conversation.tenant_id)
    try:
        moment = parse_datetime(written)
    except ValueError:
        moment = None
    if moment is None:
        raise NotDone("Write a day and a time, like 2026-12-24 09:00.")
    zone = zoneinfo.ZoneInfo(conversation.tenant.time_zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
