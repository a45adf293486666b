"""How a tenant's bot speaks, version by version."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import StackedInline

from chatbot.admin.knowledge import only_tenant
from chatbot.admin.persona_forms import DraftForm
from chatbot.engine.model_choice import published_version
from chatbot.engine.versions import NAMES, WORDING, compared, in_words, next_number, publish_again
from chatbot.models import Persona, PersonaVersion
from chatbot.providers.capabilities import creativity_in_words
from chatbot.providers.profiles import accepts_now
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.rights import tenant_ids
from conversations.models import TenantOwned
from conversations.roles import Act


class DraftInline(StackedInline):
    """The one version that is still being written, of the tenant's managers."""

    model = PersonaVersion
    form = DraftForm
    fieldsets = [
        (None, {"fields": ["system_prompt", "tone", "languages"]}),
        ("How a talk begins", {"fields": ["greeting", "openers"]}),
        (
            "Where the help pages have no answer",
            {"fields": ["out_of_scope", "out_of_scope_says"]},
        ),
        (
            "The model behind it",
            {"fields": ["model", "temperature", "becomes", "max_output_tokens"]},
        ),
        ("Why, and from when", {"fields": ["reason", "publish"]}),
    ]
    readonly_fields = ["becomes"]
    extra = 1
    max_num = 1
    verbose_name = "next version"
    verbose_name_plural = "Next version"

    class Media:
        css = {"all": ["inbox/forms.css", "inbox/personas.css"]}

    @admin.display(description="creativity becomes")
    def becomes(self, version: PersonaVersion) -> str:
        """What is sent to the model of this version instead of a wish."""
        return becomes(version)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonaVersion]:
        """What is not published."""
        return super().get_queryset(request).filter(published_at=None)

    def has_view_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """The tenant's managers."""
        return obj is None or _manages(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """The tenant's managers."""
        return self.has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """The tenant's managers."""
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """The tenant's managers: a draft was never said."""
        return self.has_view_permission(request, obj)


@admin.register(Persona)
class PersonaAdmin(TenantOwnedAdmin):
    """A tenant's persona; staff read it, and managers change it by publishing another version."""

    list_display = ["name", "tenant", "speaks"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name"]
    fields = ["tenant", "name"]
    inlines = [DraftInline]
    change_form_outer_before_template = "admin/chatbot/persona/now.html"
    change_form_outer_after_template = "admin/chatbot/persona/versions.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Persona | None = None) -> list[str]:
        """A persona stays with its tenant."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    def has_delete_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """Nobody: replies name the versions they were written with."""
        return False

    @admin.display(description="speaks now")
    def speaks(self, persona: Persona) -> str:
        """The number of the version that is said, and since when."""
        spoken = _spoken(persona)
        return f"v{spoken.number}" if spoken else "nothing published yet"

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, the page that compares two versions, and the way back to one."""
        ours = [
            path(
                "<int:pk>/compare/",
                self.admin_site.admin_view(self.compare_view),
                name="chatbot_persona_compare",
            ),
            path(
                "<int:pk>/again/<int:number>/",
                self.admin_site.admin_view(self.again_view),
                name="chatbot_persona_again",
            ),
        ]
        return ours + super().get_urls()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the bot says now, then the next version, then all there were."""
        persona = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if isinstance(persona, Persona) and self.has_view_permission(request, persona):
            manages = self.has_change_permission(request, persona)
            context = {
                "persona": persona,
                "spoken": _shown(_spoken(persona)),
                "versions": list(_seen(persona, drafts=manages)),
                "manages": manages,
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @method_decorator(require_safe)
    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What differs between the versions `?from=1&to=3`; the newest two where it names none."""
        persona = self.get_object(request, str(pk))
        if not isinstance(persona, Persona):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_view_permission(request, persona):
            raise PermissionDenied
        manages = self.has_change_permission(request, persona)
        versions = list(_seen(persona, drafts=manages))
        newer = _chosen(versions, request.GET.get("to", ""), 0)
        older = _chosen(versions, request.GET.get("from", ""), 1)
        context = self.admin_site.each_context(request) | {
            "title": f"{persona}: what changed",
            "opts": self.opts,
            "persona": persona,
            "versions": versions,
            "older": older,
            "newer": newer,
            "differences": compared(older, newer) if older and newer else [],
            "manages": manages,
        }
        return render(request, "admin/chatbot/persona/compare.html", context)

    @method_decorator(require_POST)
    def again_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """The bot speaks as in the version of this number again."""
        persona = self.get_object(request, str(pk))
        if not isinstance(persona, Persona):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_change_permission(request, persona):
            raise PermissionDenied
        version = persona.versions.exclude(published_at=None).filter(number=number).first()
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, f"{persona} v{number}")
        reason = request.POST.get("reason", "").replace("\0", "")
        spoken = publish_again(version, reason=reason, author=request.user)
        messages.success(request, f"{spoken} speaks from the next message on.")
        return HttpResponseRedirect(reverse("admin:chatbot_persona_change", args=[persona.pk]))

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
            version.number = version.number or next_number(persona)
            version.author = request.user
            if _is_to_be_published(formset, version):
                version.published_at = timezone.now()
            version.save()
        for version in formset.deleted_objects:
            version.delete()


def becomes(version: PersonaVersion) -> str:
    """What is sent to the model of this version instead of a wish, in words."""
    model = version.model or settings.CHAT_MODEL
    return f"{model}: {creativity_in_words(accepts_now(model), version.temperature)}"


def _shown(version: PersonaVersion | None) -> dict[str, Any] | None:
    """A version as the page shows it."""
    if version is None:
        return None
    apart = {"system_prompt", "greeting", "openers", "temperature"}
    rest = [(NAMES[name], in_words(version, name)) for name in WORDING if name not in apart]
    return {
        "version": version,
        "facts": [pair for pair in rest if pair[1]],
        "becomes": becomes(version),
    }


def _is_to_be_published(formset: Any, version: PersonaVersion) -> bool:
    return any(
        form.instance is version and form.cleaned_data.get("publish") for form in formset.forms
    )


def _spoken(persona: Persona | None) -> PersonaVersion | None:
    return published_version(persona.tenant) if persona and persona.pk else None


def _draft_exists(persona: Persona) -> bool:
    return persona.pk is not None and persona.versions.filter(published_at=None).exists()


def _seen(persona: Persona, *, drafts: bool) -> QuerySet[PersonaVersion]:
    """The versions, newest first; those that are not published only for who writes them."""
    rows = persona.versions.select_related("author", "persona").order_by("-number")
    return rows if drafts else rows.exclude(published_at=None)


def _chosen(versions: list[PersonaVersion], number: str, otherwise: int) -> PersonaVersion | None:
    """The version of this number; where there is none, the one at this place."""
    found = next((one for one in versions if str(one.number) == number), None)
    return found or next(iter(versions[otherwise:]), next(iter(versions), None))


def _manages(request: HttpRequest, persona: Persona) -> bool:
    return persona.tenant_id in tenant_ids(request, Act.CONFIGURE)
