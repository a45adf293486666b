"""The matrix of models: what each accepts, and until when there is such a model."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from chatbot.admin.providers import ProviderAdmin
from chatbot.models import ModelProfile
from chatbot.providers.matrix import WARN_DAYS
from conversations.admin.fields import LinesField
from conversations.admin.rights import manages_a_tenant


class ProfileForm(forms.ModelForm):
    """Lists one value a line."""

    efforts = LinesField(
        required=False, help_text=ModelProfile._meta.get_field("efforts").help_text
    )
    verbosities = LinesField(
        required=False, help_text=ModelProfile._meta.get_field("verbosities").help_text
    )

    class Meta:
        model = ModelProfile
        fields = [
            *("model", "chat", "context_tokens", "most_output", "cache_key"),
            *("temperature", "output_limit", "efforts", "effort", "verbosities"),
            *("shuts_down_on", "instead", "source", "checked_on"),
        ]


@admin.register(ModelProfile)
class ModelProfileAdmin(ProviderAdmin):
    """The matrix of models: managers read it, the operator keeps it."""

    form = ProfileForm
    list_display = [
        "model",
        "ends",
        "speaks",
        "temperature",
        "takes_efforts",
        "takes_verbosities",
        "limit",
        "context_tokens",
        "checked_on",
    ]
    list_display_links = ["model"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "What each model takes, and until when there is such a model. What it does not take is "
        "never sent to it; 90, 30 and 7 days before the end of one that is in use, you are alerted."
    )

    class Media:
        css = {"all": ["inbox/forms.css"]}

    search_fields = ["model"]
    search_help_text = "Model"
    fieldsets = [
        (None, {"fields": ["model", "chat", "context_tokens", "most_output", "cache_key"]}),
        (
            "Parameters",
            {
                "fields": ["temperature", "output_limit", "efforts", "effort", "verbosities"],
                "description": "What a model does not take is never sent to it.",
            },
        ),
        ("Until when", {"fields": ["shuts_down_on", "instead"]}),
        (None, {"fields": ["source", "checked_on"]}),
    ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Managers choose models for their personas."""
        return manages_a_tenant(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Managers choose models for their personas."""
        return manages_a_tenant(request)

    def save_model(self, request: HttpRequest, obj: ModelProfile, form: Any, change: bool) -> None:
        """From now on the seed file leaves this row alone."""
        obj.edited = True
        super().save_model(request, obj, form, change)

    @display(
        description="shut down",
        ordering="shuts_down_on",
        label={"gone": "danger", "soon": "warning", "later": "info"},
    )
    def ends(self, profile: ModelProfile) -> tuple[str, str] | str:
        """The day, if one is known."""
        day = profile.shuts_down_on
        if day is None:
            return "-"
        left = (day - timezone.localdate()).days
        if left < 0:
            return "gone", f"Gone since {day:%d %b %Y}"
        days = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
        return "soon" if left <= WARN_DAYS[0] else "later", f"{days}, {day:%d %b %Y}"

    @admin.display(description="API")
    def speaks(self, profile: ModelProfile) -> str:
        """Which of the two endpoints it is asked at."""
        return "Chat" if profile.chat else "Legacy completions"

    @admin.display(description="efforts")
    def takes_efforts(self, profile: ModelProfile) -> str:
        """With the one that is sent in brackets."""
        return (
            ", ".join(f"[{one}]" if one == profile.effort else one for one in profile.efforts)
            or "-"
        )

    @admin.display(description="verbosity")
    def takes_verbosities(self, profile: ModelProfile) -> str:
        """The values."""
        return ", ".join(profile.verbosities) or "-"

    @admin.display(description="output limit")
    def limit(self, profile: ModelProfile) -> str:
        """The parameter's name."""
        return profile.output_limit or "as the server knows it"
