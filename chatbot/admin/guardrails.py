"""What a tenant lets through, and the verdicts of its guardrails."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.paginator import InfinitePaginator

from billing.errors import Unpriced
from billing.services.prices import price_at
from chatbot.admin.knowledge import only_tenant
from chatbot.guardrails.personal_data import KINDS
from chatbot.guardrails.policy import is_host
from chatbot.models import GuardPolicy, Verdict
from conversations.admin.base import ReadOnlyAdmin, TenantOwnedAdmin
from conversations.admin.fields import LinesField
from conversations.admin.filters import TenantFilter
from conversations.admin.rights import may
from conversations.roles import Act


class GuardPolicyForm(forms.ModelForm):
    """The choices of a tenant."""

    hidden = forms.MultipleChoiceField(
        required=False,
        choices=[(kind.name, kind.label) for kind in KINDS],
        widget=forms.CheckboxSelectMultiple,
        label="Hidden from the model's provider",
        help_text="The provider sees a placeholder; visitor and staff see what was written. "
        "Logs never hold e-mail addresses, cards, bank accounts, identity numbers or secrets.",
    )
    link_hosts = LinesField(
        required=False,
        label="Sites that answers may link to",
        help_text="One a line, like shop.example.com, besides those that show the widget and "
        "those of the documents. Addresses of other sites are shown as text, pictures never.",
    )

    class Meta:
        model = GuardPolicy
        fields = [
            *("tenant", "hidden", "link_hosts", "moderates_questions", "moderates_answers"),
            *("moderation_model", "flagged", "unavailable", "sentence"),
        ]
        labels = {
            "moderates_questions": "Have questions judged by the provider's moderation",
            "moderates_answers": "Have answers judged by the provider's moderation",
            "flagged": "What happens to what it flags",
            "unavailable": "Where it cannot be had",
        }

    def clean_link_hosts(self) -> list[str]:
        """Hosts and nothing behind."""
        hosts = [host.lower() for host in self.cleaned_data["link_hosts"]]
        for host in hosts:
            if not is_host(host):
                raise forms.ValidationError(f"“{host}” is no site; write it like shop.example.com.")
        return hosts

    def clean_moderation_model(self) -> str:
        """One that has a price, if only of 0: nothing is called that the books cannot hold."""
        model = self.cleaned_data["moderation_model"]
        try:
            if model:
                price_at(model, timezone.now())
        except Unpriced as error:
            raise forms.ValidationError(
                f"{model} has no price yet. Ask the operator to set one, 0 where it is free."
            ) from error
        return model


@admin.register(GuardPolicy)
class GuardPolicyAdmin(TenantOwnedAdmin):
    """One page a tenant; without one the defaults hold."""

    form = GuardPolicyForm
    role_to_view = Act.CONFIGURE
    list_display = ["__str__", "moderates_questions", "moderates_answers"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name"]
    fieldsets = [
        (None, {"fields": ["tenant", "sentence"]}),
        ("Personal data", {"fields": ["hidden"]}),
        ("Links", {"fields": ["link_hosts"]}),
        (
            "Moderation",
            {
                "fields": [
                    *("moderates_questions", "moderates_answers", "moderation_model"),
                    *("flagged", "unavailable"),
                ]
            },
        ),
    ]

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_readonly_fields(
        self, request: HttpRequest, obj: GuardPolicy | None = None
    ) -> list[str]:
        """A policy stays with its tenant."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)


class FalseAlarmFilter(admin.SimpleListFilter):
    """Verdicts that staff called wrong."""

    title = "false alarm"
    parameter_name = "false"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Marked or not."""
        return [("yes", "Marked as one"), ("no", "Not marked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those that are marked, or those that are not."""
        if self.value() is None:
            return queryset
        return queryset.filter(false_alarm_at__isnull=self.value() == "no")


@admin.register(Verdict)
class VerdictAdmin(ReadOnlyAdmin):
    """What was stopped, hidden or noted, newest first; staff can mark a false alarm."""

    list_display = ["what", "side", "outcome", "tenant", "false", "created_at"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "What the guardrails stopped, hid or noted. Open one to see it in its conversation, and to "
        "mark it where it should not have been stopped."
    )
    list_filter = [TenantFilter, "check_name", "outcome", FalseAlarmFilter]
    list_select_related = ["tenant"]
    ordering = ["-pk"]
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    fields = [
        *("side", "check_name", "outcome", "ground", "written", "version", "in_transcript"),
        *("false_alarm_at", "false_alarm_by", "created_at"),
    ]
    readonly_fields = ["in_transcript"]
    change_form_outer_after_template = "admin/chatbot/verdict/mark.html"

    class Media:
        css = {"all": ["inbox/forms.css"]}

    @admin.display(description="what")
    def what(self, verdict: Verdict) -> str:
        """Check and ground."""
        return str(verdict)

    @admin.display(description="false alarm")
    def false(self, verdict: Verdict) -> str:
        """Whether staff called it wrong."""
        return "Marked" if verdict.false_alarm_at else "-"

    @admin.display(description="Transcript")
    def in_transcript(self, verdict: Verdict) -> SafeString:
        """The conversation it happened in."""
        pk = verdict.generation.conversation_id
        url = reverse("admin:conversations_conversation_change", args=[pk])
        return format_html('<a href="{}">Open it</a>', url)

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and the mark."""
        mark = path(
            "<int:pk>/false-alarm/",
            self.admin_site.admin_view(self.false_alarm),
            name="chatbot_verdict_false_alarm",
        )
        return [mark, *super().get_urls()]

    @method_decorator(require_POST)
    def false_alarm(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The verdict is marked as a false alarm, or no longer; back to where it was shown."""
        verdict = self.get_object(request, str(pk))
        if verdict is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not may(request, Act.ANSWER, verdict.tenant_id):
            raise PermissionDenied
        is_one = verdict.false_alarm_at is None
        verdict.false_alarm_at = timezone.now() if is_one else None
        verdict.false_alarm_by = request.user if is_one else None
        verdict.save(update_fields=["false_alarm_at", "false_alarm_by"])
        messages.success(request, "Marked as a false alarm." if is_one else "The mark is gone.")
        back = request.POST.get("back", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
            back = reverse("admin:chatbot_verdict_change", args=[pk])
        return HttpResponseRedirect(back)
