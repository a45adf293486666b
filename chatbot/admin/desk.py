"""What staff do in a conversation: take over, write, ask for a draft, hand back, and more."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from chatbot import intake
from chatbot.admin.neighbours import FILTERS, address_of
from chatbot.admin.saved_views import remove_view, save_view
from chatbot.inbox.drafts import draft_of
from chatbot.knowledge.corrections import NothingToLearn, learn
from chatbot.views.visits import file_response
from conversations.admin.base import ReadOnlyAdmin
from conversations.admin.rights import may
from conversations.models import Conversation
from conversations.roles import Act
from conversations.services import outcomes
from conversations.services.refusals import Refused

NOW = "#now"


class DeskAdmin(ReadOnlyAdmin):
    """Plain forms that act on a conversation, for the staff of its tenant.

    What is refused, because somebody was quicker or nothing was written,
    is said on the page.
    """

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and one for each thing that can be done."""
        acts = {
            "say": ("say/", self.say),
            "take_over": ("take-over/", self.take_over),
            "draft": ("draft/", self.draft),
            "draft_state": ("draft/<int:draft>/", self.draft_state),
            "stop": ("stop/<uuid:reply>/", self.stop),
            "again": ("again/<uuid:reply>/", self.again),
            "hand_back": ("hand-back/", self.hand_back),
            "learn": ("learn/<int:message>/", self.learn),
            "resolve": ("resolve/", self.resolve),
        }
        ours = self.acts_on_one(acts)
        ours += [
            path(route, self.admin_site.admin_view(view), name=f"conversations_{name}")
            for name, route, view in (
                ("view_save", "views/save/", self.of_staff(save_view)),
                ("view_remove", "views/<int:pk>/remove/", self.of_staff(remove_view)),
                ("conversation_file", "<int:pk>/file/<uuid:file>/", self.file),
            )
        ]
        return ours + super().get_urls()

    def acts_on_one(self, acts: Mapping[str, tuple[str, Any]]) -> list[URLPattern]:
        """An address under a conversation's for each act, given as its name: route and view."""
        return [
            path(
                f"<int:pk>/{route}",
                self.admin_site.admin_view(view),
                name=f"conversations_conversation_{name}",
            )
            for name, (route, view) in acts.items()
        ]

    def file(self, request: HttpRequest, pk: int, file: uuid.UUID) -> HttpResponse:
        """A picture or PDF that the visitor of this conversation sent."""
        conversation = self.get_object(request, str(pk))
        if conversation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_view_permission(request, conversation):
            raise PermissionDenied
        found = conversation.files.filter(public_id=file).first()
        if found is None:
            raise Http404
        return file_response(found.name, found.type, bytes(found.content))

    def of_staff(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """The view, for those who may see conversations at all."""

        def guarded(request: HttpRequest, **names: Any) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, **names)

        return guarded

    @method_decorator(require_POST)
    def say(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The message is posted, and a person answers from here on.

        Its id comes with the form, so two clicks on one page post once.
        """
        client_id = _id_of(request)
        # Browsers send a line's end as two characters and count it as one.
        text = request.POST.get("text", "").replace("\r\n", "\n")

        def act(conversation: Conversation) -> str:
            return f"#m{intake.staff_says(conversation, request.user, text, client_id).seq}"

        return self._act(request, pk, act)

    @method_decorator(require_POST)
    def take_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A person answers from here on; the bot says not one more character."""

        def act(conversation: Conversation) -> str:
            intake.take_over(conversation, request.user)
            return NOW

        return self._act(request, pk, act)

    @method_decorator(require_POST)
    def draft(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bot writes what it would say, for a person to edit and send."""
        asked: list[int] = []

        def act(conversation: Conversation) -> str:
            asked.append(intake.ask_for_draft(conversation, request.user).pk)
            return NOW

        answer = self._act(request, pk, act)
        return JsonResponse({"draft": asked[0]}) if asked and wants_json(request) else answer

    def draft_state(self, request: HttpRequest, pk: int, draft: int) -> HttpResponse:
        """How far it is, as JSON; 404 where it is none of this conversation's."""
        conversation = self.get_object(request, str(pk))
        if conversation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        found = draft_of(conversation, draft)
        if found is None:
            raise Http404
        return JsonResponse({"state": found.state, "text": found.text, "why": found.why})

    @method_decorator(require_POST)
    def stop(self, request: HttpRequest, pk: int, reply: uuid.UUID) -> HttpResponse:
        """The reply has ended with what it had said."""

        def act(conversation: Conversation) -> str:
            intake.stop(conversation, reply, by_staff=True)
            return NOW

        return self._act(request, pk, act)

    @method_decorator(require_POST)
    def again(self, request: HttpRequest, pk: int, reply: uuid.UUID) -> HttpResponse:
        """Another reply is queued instead of this one.

        Its id comes with the form, so two clicks on one page ask once.
        """
        new_reply = _id_of(request)

        def act(conversation: Conversation) -> str:
            intake.again(conversation, reply=reply, new_reply=new_reply, by_staff=True)
            return NOW

        return self._act(request, pk, act)

    @method_decorator(require_POST)
    def hand_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bot answers again."""

        def act(conversation: Conversation) -> str:
            intake.hand_back(conversation)
            return NOW

        return self._act(request, pk, act)

    @method_decorator(require_POST)
    def learn(self, request: HttpRequest, pk: int, message: int) -> HttpResponse:
        """A person's answer is a document now; managers are led to its page."""
        conversation = self.get_object(request, str(pk))
        if conversation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not may(request, Act.CONFIGURE, conversation.tenant_id):
            raise PermissionDenied
        try:
            document = learn(conversation, message)
        except NothingToLearn as reason:
            messages.error(request, str(reason))
            page = reverse("admin:conversations_conversation_change", args=[pk])
            return HttpResponseRedirect(page + NOW)
        messages.success(request, "The bot knows this answer now. Say it better here if you like.")
        return HttpResponseRedirect(reverse("admin:chatbot_document_change", args=[document.pk]))

    @method_decorator(require_POST)
    def resolve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Staff say that the visitor has what they came for."""

        def act(conversation: Conversation) -> str:
            outcomes.confirm(conversation, author=request.user)
            messages.success(request, "Marked as resolved. It counts once seven days were quiet.")
            return NOW

        return self._act(request, pk, act)

    def _act(
        self, request: HttpRequest, pk: int, act: Callable[[Conversation], str]
    ) -> HttpResponse:
        """To the page, at the place that `act` names; with the reason, where it was refused."""
        conversation = self.get_object(request, str(pk))
        if conversation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not may(request, Act.ANSWER, conversation.tenant_id):
            raise PermissionDenied
        try:
            place = act(conversation)
        except Refused as refusal:
            if wants_json(request):
                return JsonResponse({"error": str(refusal)}, status=409)
            messages.error(request, str(refusal))
            place = NOW
        if wants_json(request):
            return JsonResponse({"place": place})
        return HttpResponseRedirect(address_of(pk, request.GET.get(FILTERS, "")) + place)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which stays on its page."""
    return request.headers.get("Accept", "").startswith("application/json")


def _id_of(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        return uuid.uuid4()
