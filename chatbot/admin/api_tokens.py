"""Which programs may use the REST API, and what each may do."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from chatbot.models import ApiToken, Scope
from chatbot.models.api import ACTS, new_token
from conversations import access
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.filters import TenantFilter
from conversations.admin.rights import runs_the_deployment
from conversations.models import AuditEntry
from conversations.roles import Act
from conversations.services.audit import record


class ApiTokenForm(forms.ModelForm):
    """A token with no more scopes than its maker has rights."""

    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        label="May",
        help_text="As little as it needs.",
    )
    person: Any = None
    of_operator = False

    class Meta:
        model = ApiToken
        fields = ["tenant", "name", "scopes", "expires_at"]
        help_texts = {
            "tenant": "Whose conversations it is for.",
            "expires_at": "It opens nothing from then on. Empty: it goes on.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "scopes" in self.fields and not self.of_operator:
            offered: Any = self.fields["scopes"]
            offered.choices = [one for one in Scope.choices if one[0] != Scope.TENANTS]

    def clean_scopes(self) -> list[str]:
        """Refused where tenant and scopes do not go together, or the maker lacks a right."""
        scopes: list[str] = self.cleaned_data["scopes"]
        tenant = self.cleaned_data.get("tenant") or self.instance.tenant
        if (tenant is None) != (scopes == [Scope.TENANTS.value]):
            raise forms.ValidationError(
                "The scope tenants goes with no tenant and no other scope, and the others with one."
            )
        for scope in scopes if tenant else []:
            mine = access.tenants_of(self.person, ACTS[Scope(scope)])
            if not mine.filter(pk=tenant.pk).exists():
                raise forms.ValidationError(f"You may not do yourself what {scope} lets it do.")
        return scopes


@admin.register(ApiToken)
class ApiTokenAdmin(TenantOwnedAdmin):
    """A tenant's tokens for its managers, and the operator's own; the secret is shown once."""

    role_to_view = Act.CONFIGURE
    form = ApiTokenForm
    list_display = ["name", "tenant", "begins_with", "may", "made_by", "last_used_at", "state"]
    list_filter = [TenantFilter]
    list_select_related = ["tenant", "person"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "Keys with which your own programs use the REST API; /docs/api/reference/ on this server "
        "says how. "
        "A token acts for the person who made it and stops where that person's rights end. To "
        "withdraw one, delete it."
    )
    ordering = ["-created_at"]

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        """What is known of a token, as soon as there is one."""
        more = ["begins_with", "made_by", "created_at", "last_used_at"] if obj else []
        return ["tenant", "name", "scopes", "expires_at", *more]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        """A token stays with its tenant and its maker."""
        if obj is None:
            return []
        return ["tenant", "begins_with", "made_by", "created_at", "last_used_at"]

    def get_form(self, request: HttpRequest, obj: ApiToken | None = None, **kwargs: Any) -> Any:
        """Only the operator may leave the tenant out."""
        form = super().get_form(request, obj, **kwargs)
        form.person = obj.person if obj else request.user
        if "tenant" in form.base_fields and not runs_the_deployment(request):
            form.base_fields["tenant"].required = True
        form.of_operator = runs_the_deployment(request)
        return form

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """A new token is its maker's; the secret is kept nowhere but on the page that follows."""
        if not change:
            obj.person = request.user  # type: ignore[assignment]
            request.new_token = new_token()  # type: ignore[attr-defined]
            obj.set_token(request.new_token)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        record(AuditEntry.Act.SETTING, obj, scopes=obj.scopes)

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        """It opens nothing any more, and the audit log says who withdrew it."""
        record(AuditEntry.Act.SETTING, obj, withdrawn=True)
        super().delete_model(request, obj)

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The page that shows the token, this once."""
        context = self.admin_site.each_context(request) | {
            "title": f"The token {obj.name}",
            "opts": self.opts,
            "token": obj,
            "secret": request.new_token,  # type: ignore[attr-defined]
        }
        # the admin forbids browsers to keep any of its pages
        return render(request, "admin/chatbot/apitoken/made.html", context)

    @admin.display(description="begins with")
    def begins_with(self, token: ApiToken) -> str:
        """How it is told from others."""
        return f"{token.begins}…"

    @admin.display(description="may")
    def may(self, token: ApiToken) -> str:
        """Its scopes."""
        return ", ".join(token.scopes)

    @admin.display(description="made by", ordering="person__username")
    def made_by(self, token: ApiToken) -> str:
        """For whom it acts."""
        return str(token.person)

    @display(description="now", label={"Live": "success", "Ended": "danger"})
    def state(self, token: ApiToken) -> str:
        """Whether it opens anything."""
        ended = token.expires_at is not None and token.expires_at <= timezone.now()
        return "Ended" if ended or not token.person.is_active else "Live"
