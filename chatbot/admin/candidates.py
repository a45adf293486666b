"""Fields that choose a candidate: a version of the persona, and a model."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget

from billing.errors import Unpriced
from billing.selectors.prices import priced_models
from billing.services.prices import price_at
from chatbot.models import PersonaVersion
from conversations import access
from conversations.roles import Act


class VersionField(forms.ModelChoiceField):
    """A version of the persona of one of the person's tenants."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, widget=UnfoldAdminSelectWidget(), **kwargs)

    def label_from_instance(self, version: Any) -> str:
        """Whose it is, and whether it was published."""
        state = "published" if version.published_at else "draft"
        return f"{version.tenant}: {version} ({state})"


class CandidateForm(forms.ModelForm):
    """Whoever uses it names `version` and `model` among its fields."""

    model = forms.ChoiceField(
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text="Models that have a price. Empty: the one that the version names.",
    )

    def offer(self, request: HttpRequest) -> None:
        """Nothing of another tenant can be chosen."""
        versions = access.visible(request.user, PersonaVersion, Act.CONFIGURE)
        if "version" in self.fields:
            self.fields["version"].queryset = versions.select_related(  # type: ignore[attr-defined]
                "tenant", "persona"
            ).order_by("tenant__name", "-number")
        if "model" in self.fields:
            names = [(name, name) for name in priced_models()]
            self.fields["model"].choices = [("", "as the version says"), *names]  # type: ignore[attr-defined]

    def check_candidate(self, data: dict[str, Any]) -> None:
        """The version is the tenant's, and the model has a price; else a mistake of its field."""
        tenant, version = data.get("tenant"), data.get("version")
        if tenant and version and version.tenant_id != tenant.pk:
            self.add_error("version", f"This is not a version of {tenant}.")
        model = data.get("model") or (version.model if version else "")
        if tenant and model:
            try:
                price_at(model, timezone.now(), tenant.pk)
            except Unpriced as reason:
                self.add_error("model", str(reason))
