"""The sandbox: a candidate in a chat, beside recorded conversations, or before a set of cases."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from unfold.decorators import display

from billing.money import shown
from chatbot.admin.knowledge import only_tenant
from chatbot.admin.trial_form import TrialForm
from chatbot.admin.trial_page import page_of
from chatbot.models import EvaluationSet, Trial
from chatbot.sandbox import trials
from chatbot.sandbox.history import with_figures
from chatbot.workers import call_a_tester
from conversations import access
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.filters import TenantFilter
from conversations.roles import Act

State = Trial.State
LOOK_AGAIN_SECONDS = 3
SHORT = {
    Trial.Kind.PLAY: "A chat",
    Trial.Kind.REPLAY: "Recorded conversations",
    Trial.Kind.EVALUATION: "An evaluation set",
}
COLOURS = {
    State.PRICED.label: "warning",
    State.RUNNING.label: "info",
    State.STOPPED.label: "danger",
    State.ENDED.label: "success",
    "Open": "info",
}


@admin.register(Trial)
class TrialAdmin(TenantOwnedAdmin):
    """Trials, newest first; a new one, and the page of each."""

    form = TrialForm
    role_to_view = Act.CONFIGURE
    list_display = ["name", "with_what", "tenant", "state_shown", "came_out", "cost", "asked_at"]
    list_display_links = ["name"]
    list_filter = [TenantFilter, "kind", "state"]
    list_select_related = ["tenant", "persona", "set"]
    ordering = ["-asked_at"]
    change_form_template = "admin/chatbot/trial/change_form.html"
    list_before_template = "admin/chatbot/trial/ways.html"
    fieldsets = [
        (None, {"fields": ["tenant", "kind"]}),
        ("Candidate", {"fields": ["version", "model", "knowledge_title", "knowledge_text"]}),
        ("With what", {"fields": ["set", "which", "holds", "days", "count", "seed"]}),
    ]

    class Media:
        css = {"all": ["inbox/sandbox.css"]}

    conditional_fields = {"set": "kind == 'evaluation'"} | dict.fromkeys(
        ["which", "holds", "days", "count", "seed"], "kind == 'replay'"
    )

    def get_form(
        self, request: HttpRequest, obj: Trial | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Nothing of another tenant can be chosen."""
        made = super().get_form(request, obj, **kwargs)

        class Offered(made):  # type: ignore[valid-type, misc]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                self.offer(request)
                if "set" in self.fields:
                    rows = access.visible(request.user, EvaluationSet, Act.CONFIGURE)
                    self.fields["set"].queryset = rows.order_by("name")

        return Offered

    def get_fieldsets(self, request: HttpRequest, obj: Trial | None = None) -> Any:
        """A trial that is set up is looked at, not edited."""
        return [] if obj else self.fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose, and what a link names."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    @admin.display(description="candidate")
    def name(self, trial: Trial) -> str:
        """Who is tried."""
        return str(trial)

    @display(description="state", label=COLOURS)
    def state_shown(self, trial: Trial) -> str:
        """How far it is; a chat is never at its end."""
        return "Open" if trial.kind == Trial.Kind.PLAY else State(trial.state).label

    @admin.display(description="with")
    def with_what(self, trial: Trial) -> str:
        """In a word."""
        return str(trial.set) if trial.set else SHORT[Trial.Kind(trial.kind)]

    @admin.display(description="came out")
    def came_out(self, trial: Any) -> str:
        """How many passed, or were asked."""
        if trial.kind == Trial.Kind.EVALUATION and trial.ended_items:
            return f"{trial.passed_items} of {trial.all_items} passed"
        return f"{trial.ended_items} of {trial.all_items} asked" if trial.all_items else "–"

    @admin.display(description="cost")
    def cost(self, trial: Any) -> str:
        """So far."""
        return shown(trial.cost_so_far, 4) if trial.cost_so_far else "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Trial]:
        """Each with how far it is."""
        return with_figures(super().get_queryset(request))

    def save_model(self, request: HttpRequest, obj: Trial, form: Any, change: bool) -> None:
        """The trial is set up, and what it will cost is known; nothing is asked yet."""
        if change:
            return
        obj.asked_by = request.user  # type: ignore[assignment]
        match obj.kind:
            case Trial.Kind.REPLAY:
                trials.replay(obj, form.wish)
            case Trial.Kind.EVALUATION:
                trials.evaluate(obj, form.cleaned_data["set"])
            case _:
                trials.play(obj)

    def response_add(
        self, request: HttpRequest, obj: Trial, post_url_continue: str | None = None
    ) -> HttpResponse:
        """To its page."""
        return _to(obj.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The chat, or both sides; asked for again every few seconds while answers are awaited."""
        trial = self.get_object(request, object_id)
        if not self.has_view_permission(request, trial):
            raise PermissionDenied
        if trial is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        page = page_of(trial, request.GET.get("show", ""), request.GET.get("page", ""))
        context = {"title": str(trial), "page": page, "trial": trial}
        response = super().change_view(request, object_id, form_url, context)
        if page.is_awaited and request.method == "GET":
            response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
        return response

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and what can be done to a trial."""
        acts = {"say": self.say, "confirm": self.confirm, "stop": self.stop, "go_on": self.go_on}
        ours = [
            path(
                f"<int:pk>/{name.replace('_', '-')}/",
                self.admin_site.admin_view(view),
                name=f"chatbot_trial_{name}",
            )
            for name, view in acts.items()
        ]
        return ours + super().get_urls()

    @method_decorator(require_POST)
    def say(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The candidate is asked, and answers in a moment."""
        trial = self._kept(request, pk)
        if trial is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if trial.kind != Trial.Kind.PLAY:
            messages.error(request, "Only a chat can be asked.")
        elif trials.ask(trial, request.POST.get("text", "")) is None:
            messages.error(request, "Write a question, and wait for the answer to the last one.")
        else:
            call_a_tester()
        return _to(pk, "#newest")

    @method_decorator(require_POST)
    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Its cost is agreed to, and it runs."""
        return self._moved(request, pk, trials.confirm, "It was begun already.")

    @method_decorator(require_POST)
    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Nothing more is asked."""
        return self._moved(request, pk, trials.stop, "It did not run any more.")

    @method_decorator(require_POST)
    def go_on(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What still waits is asked."""
        return self._moved(request, pk, trials.go_on, "It was not stopped.")

    def _moved(self, request: HttpRequest, pk: int, move: Any, otherwise: str) -> HttpResponse:
        trial = self._kept(request, pk)
        if trial is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not move(trial):
            messages.warning(request, otherwise)
        elif trial.state == State.RUNNING:
            call_a_tester()
        return _to(pk)

    def _kept(self, request: HttpRequest, pk: int) -> Trial | None:
        trial = self.get_object(request, str(pk))
        if trial is not None and not self.has_change_permission(request, trial):
            raise PermissionDenied
        return trial


def _to(pk: int, place: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:chatbot_trial_change", args=[pk]) + place)
