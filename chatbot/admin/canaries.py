"""Canaries: a share of the visitors is answered another way, compared live."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from unfold.decorators import display

from chatbot.admin.canary_page import page_of
from chatbot.admin.candidates import CandidateForm, VersionField
from chatbot.admin.knowledge import only_tenant
from chatbot.engine.model_choice import published_version
from chatbot.models import Rollout
from chatbot.rollout import steering
from chatbot.rollout.arms import running
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.filters import TenantFilter
from conversations.roles import Act

State = Rollout.State
LOOK_AGAIN_SECONDS = 15
RULES = ["most_errors", "most_cost", "most_thumbs_down", "most_handed_off", "confidence"]
SHORT = {State.RUNNING: "Running", State.ADOPTED: "Adopted", State.ROLLED_BACK: "Rolled back"}
COLOURS = {"Running": "info", "Adopted": "success", "Rolled back": "danger"}


class RolloutForm(CandidateForm):
    """What the share gets, how great it is, and how much worse is too much."""

    version = VersionField(
        label="Persona version",
        help_text="A draft, or the published one with another model. It is copied: editing the "
        "draft meanwhile changes nothing.",
    )

    class Meta:
        model = Rollout
        fields = ["tenant", "version", "model", "share", "reason", *RULES]

    def clean(self) -> dict[str, Any]:
        """There is something to compare with, and nothing runs already."""
        data = super().clean() or {}
        tenant, version = data.get("tenant"), data.get("version")
        if self.instance.pk or not tenant:
            return data
        self.check_candidate(data)
        if running(tenant.pk):
            self.add_error(None, f"{tenant} has a canary already; end that one first.")
        if version and not data.get("model") and version == published_version(tenant):
            self.add_error(
                "version", "Everybody gets this one already; choose another, or a model."
            )
        return data


@admin.register(Rollout)
class RolloutAdmin(TenantOwnedAdmin):
    """Canaries, newest first; the page of each compares the arms as they stand."""

    form = RolloutForm
    role_to_view = Act.CONFIGURE
    list_display = ["name", "tenant", "share_shown", "state_shown", "started_at", "ended_at"]
    list_display_links = ["name"]
    list_filter = [TenantFilter, "state"]
    list_select_related = ["tenant", "persona"]
    ordering = ["-started_at"]
    list_before_template = "admin/chatbot/rollout/ways.html"
    change_form_outer_before_template = "admin/chatbot/rollout/comparison.html"

    class Media:
        css = {"all": ["reports/reports.css", "inbox/sandbox.css"]}

    def get_form(
        self, request: HttpRequest, obj: Rollout | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Nothing of another tenant can be chosen."""
        made = super().get_form(request, obj, **kwargs)

        class Offered(made):  # type: ignore[valid-type, misc]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                if obj:  # what it is does not change any more
                    del self.fields["version"], self.fields["model"]
                self.offer(request)

        return Offered

    def get_fieldsets(self, request: HttpRequest, obj: Rollout | None = None) -> Any:
        """What it is, then when it rolls itself back."""
        what = ["share", "reason"] if obj else ["tenant", "version", "model", "share", "reason"]
        about = (
            "How much worse than the usual arm is too much; empty switches a rule off. Looked at "
            "every minute, and after every bad turn from the fifth on."
        )
        return [
            ("Share" if obj else None, {"fields": what}),
            ("Rolls itself back", {"fields": RULES, "description": about}),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The tenant's managers, as long as it runs."""
        runs = obj is None or obj.is_running
        return runs and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: turns name the canary that they were part of."""
        return False

    @admin.display(description="candidate")
    def name(self, rollout: Rollout) -> str:
        """What the share gets."""
        return str(rollout)

    @admin.display(description="share")
    def share_shown(self, rollout: Rollout) -> str:
        """Of the visitors."""
        return f"{rollout.share} %"

    @display(description="state", label=COLOURS)
    def state_shown(self, rollout: Rollout) -> str:
        """How far it is."""
        return SHORT[State(rollout.state)]

    def save_model(self, request: HttpRequest, obj: Rollout, form: Any, change: bool) -> None:
        """A new one runs from the next turn on; of a running one share and rules change."""
        if not change:
            steering.begin(obj, request.user)  # type: ignore[arg-type]
        elif obj.is_running:
            steering.change(obj)

    def response_add(
        self, request: HttpRequest, obj: Rollout, post_url_continue: str | None = None
    ) -> HttpResponse:
        """To the comparison."""
        messages.success(request, f"{obj} is given to {obj.share} % of the visitors from now on.")
        return _to(obj.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With both arms side by side."""
        rollout = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if rollout is not None and self.has_view_permission(request, rollout):
            context = {"title": str(rollout), "page": page_of(rollout), "rollout": rollout}
        response = super().change_view(
            request, object_id, form_url, context | (extra_context or {})
        )
        if rollout is not None and rollout.is_running and "live" in request.GET:
            response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
        return response

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and the two ways to end a canary."""
        acts = {"roll_back": self.roll_back, "adopt": self.adopt}
        ours = [
            path(
                f"<int:pk>/{name.replace('_', '-')}/",
                self.admin_site.admin_view(view),
                name=f"chatbot_rollout_{name}",
            )
            for name, view in acts.items()
        ]
        return ours + super().get_urls()

    @method_decorator(require_POST)
    def roll_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everybody is answered as usual."""
        rollout = self._kept(request, pk)
        if rollout is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        why = request.POST.get("why", "").replace("\0", "")
        if steering.roll_back(rollout, why, request.user):  # type: ignore[arg-type]
            messages.success(request, "Everybody is answered as usual again.")
        else:
            messages.warning(request, "It had ended already.")
        return _to(pk)

    @method_decorator(require_POST)
    def adopt(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the share had is published for everybody."""
        rollout = self._kept(request, pk)
        if rollout is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        version = steering.adopt(rollout, request.user)  # type: ignore[arg-type]
        if version:
            messages.success(request, f"{version} is published: everybody gets it.")
        else:
            messages.warning(request, "It had ended already.")
        return _to(pk)

    def _kept(self, request: HttpRequest, pk: int) -> Rollout | None:
        rollout = self.get_object(request, str(pk))
        if rollout is not None and not super().has_change_permission(request, rollout):
            raise PermissionDenied
        return rollout


def _to(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:chatbot_rollout_change", args=[pk]))
