"""Evaluation sets: questions with rules that say when an answer passes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminTextareaWidget

from chatbot.admin.knowledge import only_tenant
from chatbot.models import EvaluationCase, EvaluationSet
from chatbot.sandbox.history import past_of
from chatbot.sandbox.rules import HELP, NoRule, parse
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.fields import LinesField
from conversations.admin.filters import TenantFilter
from conversations.admin.rights import tenant_ids
from conversations.roles import Act


class CaseForm(forms.ModelForm):
    """A question with its rules."""

    rules = LinesField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "placeholder": "contains: thirty days"}),
        help_text="One rule a line, all must be kept; without any, an answer at all passes. "
        "The box above says which rules there are.",
    )

    class Meta:
        model = EvaluationCase
        fields = ["question", "rules", "expected"]
        widgets = {
            "question": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            "expected": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        }

    def clean_rules(self) -> list[str]:
        """Rules that can be read; each line that cannot is named."""
        wrong = []
        for line in self.cleaned_data["rules"]:
            try:
                parse(line)
            except NoRule as refusal:
                wrong.append(str(refusal))
        if wrong:
            raise forms.ValidationError(wrong[:5])
        return self.cleaned_data["rules"]


class CaseInline(StackedInline):
    """The cases of a set, for the managers of its tenant."""

    model = EvaluationCase
    form = CaseForm
    extra = 1
    per_page = 50
    hide_title = True

    def _may(self, request: HttpRequest, obj: EvaluationSet | None) -> bool:
        return obj is None or obj.tenant_id in tenant_ids(request, Act.CONFIGURE)

    def has_view_permission(self, request: HttpRequest, obj: EvaluationSet | None = None) -> bool:
        """The tenant's managers."""
        return self._may(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: EvaluationSet | None = None) -> bool:
        """The tenant's managers."""
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: EvaluationSet | None = None) -> bool:
        """The tenant's managers."""
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: EvaluationSet | None = None) -> bool:
        """The tenant's managers."""
        return self._may(request, obj)


@admin.register(EvaluationSet)
class EvaluationSetAdmin(TenantOwnedAdmin):
    """Sets with their cases, and how candidates did."""

    role_to_view = Act.CONFIGURE
    list_display = ["name", "tenant", "cases_there", "threshold"]
    list_filter = [TenantFilter]
    list_select_related = ["tenant"]
    ordering = ["tenant__name", "name"]
    fields = ["tenant", "name", "about", "threshold"]
    inlines = [CaseInline]
    change_form_outer_before_template = "admin/chatbot/evaluationset/before.html"

    class Media:
        css = {"all": ["inbox/forms.css", "inbox/sandbox.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[EvaluationSet]:
        """Each with the number of its cases."""
        return super().get_queryset(request).annotate(count=Count("cases"))

    @admin.display(description="cases")
    def cases_there(self, one: Any) -> int:
        """How many."""
        return one.count

    def get_readonly_fields(
        self, request: HttpRequest, obj: EvaluationSet | None = None
    ) -> list[str]:
        """A set stays with its tenant."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With what rules there are, and how the last candidates did."""
        context: dict[str, Any] = {"rules_help": HELP.splitlines()[1:]}
        found = self.get_object(request, object_id) if object_id else None
        if found is not None and self.has_view_permission(request, found):
            context["past"] = past_of(found)
        return super().changeform_view(
            request, object_id, form_url, context | (extra_context or {})
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Each case is of its set's tenant."""
        for case in formset.save(commit=False):
            case.tenant_id = form.instance.tenant_id
            case.save()
        for case in formset.deleted_objects:
            case.delete()
