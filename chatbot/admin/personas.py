"""How a tenant's bot speaks, version by version."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldBooleanSwitchWidget

from billing.errors import Unpriced
from billing.services.prices import price_at
from chatbot.admin.knowledge import only_tenant, with_lines
from chatbot.engine.model_choice import published_version
from chatbot.models import Persona, PersonaVersion
from chatbot.providers.capabilities import CALM, LIVELY, creativity_in_words
from chatbot.providers.profiles import accepts_now
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.fields import LinesField
from conversations.admin.rights import tenant_ids
from conversations.models import TenantOwned
from conversations.roles import Act

WORDING = ["system_prompt", "greeting", "openers", "model", "temperature", "max_output_tokens"]
MOST_OPENERS = 4


class DraftForm(forms.ModelForm):
    """The next wording; it is said from the moment it is published."""

    openers = LinesField(
        required=False,
        help_text=f"Questions offered at the start, one a line, {MOST_OPENERS} at most.",
    )
    publish = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text="The bot speaks like this from the next message on. It cannot be changed after.",
    )

    class Meta:
        model = PersonaVersion
        fields = [*WORDING, "reason"]
        labels = {"temperature": "Creativity"}
        help_texts = {
            "temperature": "From 0, careful, to 2, lively; empty leaves it to the model. A model "
            f"that takes no temperature gets a verbosity instead: low below {CALM:g}, high above "
            f"{LIVELY:g}, else medium. The page Models says which takes what."
        }
        widgets = {"system_prompt": UnfoldAdminTextareaWidget(attrs={"rows": 8})}

    def clean_openers(self) -> list[str]:
        """As many as fit under a greeting."""
        openers = self.cleaned_data["openers"]
        if len(openers) > MOST_OPENERS:
            raise forms.ValidationError(f"{MOST_OPENERS} at most; these are {len(openers)}.")
        return openers

    def clean_temperature(self) -> float | None:
        """Within what the API takes."""
        temperature = self.cleaned_data["temperature"]
        if temperature is not None and not 0 <= temperature <= 2:
            raise forms.ValidationError("Between 0 and 2; empty leaves it to the model.")
        return temperature

    def clean_model(self) -> str:
        """One that has a price: without it no reply would be written at all."""
        model = self.cleaned_data["model"]
        try:
            if model:
                price_at(model, timezone.now(), self.instance.persona.tenant_id)
        except Unpriced as error:
            raise forms.ValidationError(
                f"{model} has no price yet. Ask the operator to set one; "
                "until then the bot could not reply."
            ) from error
        return model


class VersionInline(StackedInline):
    """Versions of a persona, of the tenant's managers."""

    model = PersonaVersion
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """The tenant's managers."""
        return obj is None or _manages(request, obj)

    @admin.display(description="creativity becomes")
    def becomes(self, version: PersonaVersion) -> str:
        """What is sent to the model of this version instead of a wish."""
        model = version.model or settings.CHAT_MODEL
        said = creativity_in_words(accepts_now(model), version.temperature)
        return f"{model}: {said}"

    def has_add_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """Nobody, unless an inline says otherwise."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """Nobody, unless an inline says otherwise."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """Nobody, unless an inline says otherwise."""
        return False


class DraftInline(VersionInline):
    """The one version that is still being written."""

    form = DraftForm
    fields = [*WORDING, "becomes", "reason", "publish"]
    readonly_fields = ["becomes"]
    max_num = 1
    verbose_name = "next version"
    verbose_name_plural = "Next version"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonaVersion]:
        """What is not published."""
        return super().get_queryset(request).filter(published_at=None)

    def get_extra(self, request: HttpRequest, obj: Persona | None = None, **kwargs: Any) -> int:
        """An empty form is always there."""
        return 1

    def has_add_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """The tenant's managers."""
        return self.has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """The tenant's managers."""
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """The tenant's managers: a draft was never said."""
        return self.has_view_permission(request, obj)


class PublishedInline(VersionInline):
    """What the bot said once or says now, to look at."""

    fields = [
        ("published_at", "author"),
        "reason",
        "prompt",
        "greeting",
        "offered",
        "model",
        "temperature",
        "becomes",
        "max_output_tokens",
    ]
    readonly_fields = [*WORDING, "becomes", "published_at", "author", "reason", "prompt", "offered"]
    verbose_name = "published version"
    verbose_name_plural = "Published versions, newest first; the first one speaks"

    class Media:
        css = {"all": ["inbox/forms.css"]}

    @admin.display(description="system prompt")
    def prompt(self, version: PersonaVersion) -> SafeString:
        """With its lines."""
        return with_lines(version.system_prompt)

    @admin.display(description="openers")
    def offered(self, version: PersonaVersion) -> SafeString:
        """One a line."""
        return with_lines("\n".join(version.openers))

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonaVersion]:
        """What is published."""
        rows = super().get_queryset(request).exclude(published_at=None)
        return rows.select_related("persona", "author").order_by("-number")


@admin.register(Persona)
class PersonaAdmin(TenantOwnedAdmin):
    """A tenant's persona; its wording changes by publishing another version."""

    role_to_view = Act.CONFIGURE
    list_display = ["name", "tenant"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name"]
    fields = ["tenant", "name"]

    def get_inlines(self, request: HttpRequest, obj: Persona | None = None) -> Any:
        """The draft first, then what was published."""
        return [DraftInline, PublishedInline] if obj else [DraftInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Persona | None = None) -> list[str]:
        """A persona stays with its tenant."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    def has_delete_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """Nobody: replies name the versions they were written with."""
        return False

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """The next version starts from the wording that is said now.

        A draft that somebody published or threw away while the page was
        open is saved as another one: Django would drop it without a word.
        """
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if not isinstance(inline, DraftInline):
            return kwargs
        spoken = _spoken(obj)
        if spoken:
            kwargs["initial"] = [{name: getattr(spoken, name) for name in WORDING}]
        if "data" in kwargs and not _draft_exists(obj):
            kwargs["data"][f"{prefix}-INITIAL_FORMS"] = "0"
            kwargs["data"][f"{prefix}-0-id"] = ""
        return kwargs

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Each version has its tenant, its number and who wrote it."""
        persona: Persona = form.instance
        for version in formset.save(commit=False):
            version.tenant_id = persona.tenant_id
            version.number = version.number or _next_number(persona)
            version.author = request.user
            if _is_to_be_published(formset, version):
                version.published_at = timezone.now()
            version.save()
        for version in formset.deleted_objects:
            version.delete()


def _is_to_be_published(formset: Any, version: PersonaVersion) -> bool:
    return any(
        form.instance is version and form.cleaned_data.get("publish") for form in formset.forms
    )


def _spoken(persona: Persona) -> PersonaVersion | None:
    return None if persona.pk is None else published_version(persona.tenant)


def _draft_exists(persona: Persona) -> bool:
    return persona.pk is not None and persona.versions.filter(published_at=None).exists()


def _next_number(persona: Persona) -> int:
    # two managers at once take turns
    list(persona.versions.select_for_update().values_list("pk"))
    return (persona.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def _manages(request: HttpRequest, persona: Persona) -> bool:
    return persona.tenant_id in tenant_ids(request, Act.CONFIGURE)
