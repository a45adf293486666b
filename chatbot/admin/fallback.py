"""Who answers where the first choice failed before it said a word."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from billing.errors import Unpriced
from billing.services.prices import price_at
from chatbot.models import FallbackStep
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.rights import runs_the_deployment
from conversations.roles import Act


class StepForm(forms.ModelForm):
    """A step that could be called."""

    class Meta:
        model = FallbackStep
        fields = ["tenant", "position", "model", "server"]

    def clean_model(self) -> str:
        """Refused where the model has no price, because it could not be called then."""
        model = self.cleaned_data["model"].strip()
        if model:
            try:
                price_at(model, timezone.now())
            except Unpriced as reason:
                raise forms.ValidationError(str(reason)) from None
        return model


@admin.register(FallbackStep)
class FallbackStepAdmin(TenantOwnedAdmin):
    """Who stands in: for managers of the tenant, and the deployment's for its operator."""

    role_to_view = Act.CONFIGURE
    form = StepForm
    list_display = ["whose", "position", "answers", "server"]
    list_display_links = ["position"]
    list_select_related = ["tenant", "server"]
    ordering = ["tenant__name", "position"]
    fields = ["tenant", "position", "model", "server"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "Who answers where the first choice fails before it said a word: another model, or the "
        "same one at another server, in this order. Without steps the visitor is asked to try "
        "again."
    )

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_readonly_fields(
        self, request: HttpRequest, obj: FallbackStep | None = None
    ) -> list[str]:
        """A step stays with its tenant."""
        return ["tenant"] if obj else []

    def get_form(
        self, request: HttpRequest, obj: FallbackStep | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Only the operator may leave the tenant out, for steps of the whole deployment."""
        form = super().get_form(request, obj, **kwargs)
        if "tenant" in form.base_fields and not runs_the_deployment(request):
            form.base_fields["tenant"].required = True
        return form

    @admin.display(description="of", ordering="tenant__name")
    def whose(self, step: FallbackStep) -> str:
        """Whose replies it is for."""
        return str(step.tenant or "Every tenant without steps of its own")

    @admin.display(description="answers")
    def answers(self, step: FallbackStep) -> str:
        """The model."""
        return step.model or "The same model"
