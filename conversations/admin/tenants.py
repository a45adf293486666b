"""A tenant, its people, and the tag for its site."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from conversations import access
from conversations.admin.fields import LinesField
from conversations.models import Membership, Tenant
from conversations.roles import Act


class MembershipForm(forms.ModelForm):
    """A person is named by the name they sign in with: nobody is shown who else has an account."""

    username = forms.CharField(
        widget=UnfoldAdminTextInputWidget(),
        help_text="As they sign in. The operator makes accounts.",
    )

    class Meta:
        model = Membership
        fields = ["username", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["username"].initial = self.instance.user.get_username()
            self.fields["username"].disabled = True

    def clean_username(self) -> str:
        """The name of an account that may open the admin."""
        name = self.cleaned_data["username"]
        user = get_user_model().objects.filter(username=name, is_staff=True).first()
        if user is None:
            raise forms.ValidationError(
                "Nobody with this name may sign in here; the operator can make the account."
            )
        self.instance.user = user
        return name


class MembershipFormSet(forms.BaseInlineFormSet):
    """The people of one tenant, each of them once."""

    def clean(self) -> None:
        """Refuses a name that stands there twice."""
        super().clean()
        names = [
            form.cleaned_data["username"]
            for form in self.forms
            if form.cleaned_data.get("username") and not form.cleaned_data.get("DELETE")
        ]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise forms.ValidationError(f"Twice in the list: {', '.join(sorted(twice))}.")


class MembershipInline(TabularInline):
    """Who belongs to the tenant; an owner's page."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    extra = 0
    verbose_name = "member"
    verbose_name_plural = "People"

    def has_view_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """Whoever sees the tenant."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """The tenant's owners."""
        return _is(request, Act.OWN, obj)

    def has_change_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """The tenant's owners."""
        return _is(request, Act.OWN, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """The tenant's owners."""
        return _is(request, Act.OWN, obj)


class TenantForm(forms.ModelForm):
    """The sites are written one a line."""

    allowed_origins = LinesField(
        required=False,
        label="Sites that may show the widget",
        help_text="One a line, exactly as https://www.example.com. "
        "This server's own address is always allowed.",
    )

    class Meta:
        model = Tenant
        fields = ["name", "slug", "allowed_origins", "time_zone", "hand_back_minutes"]

    def clean_allowed_origins(self) -> list[str]:
        """Origins as browsers send them: scheme, host and port, nothing behind."""
        origins = [origin.rstrip("/") for origin in self.cleaned_data["allowed_origins"]]
        for origin in origins:
            parts = urlsplit(origin)
            if (
                parts.scheme not in ("https", "http")
                or origin != f"{parts.scheme}://{parts.netloc}"
            ):
                raise forms.ValidationError(
                    f"“{origin}” is not an origin; write it like https://www.example.com."
                )
        return [origin.lower() for origin in origins]


@admin.register(Tenant)
class TenantAdmin(ModelAdmin):
    """A tenant's own settings, for its managers to see and its owners to change."""

    form = TenantForm
    inlines = [MembershipInline]
    list_display = ["name", "public_key", "time_zone"]
    show_full_result_count = False
    search_fields = ["name", "slug"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "time_zone", "hand_back_minutes"]}),
        ("On your site", {"fields": ["tag", "allowed_origins"]}),
    ]
    readonly_fields = ["tag"]

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        """The tenants that the user manages."""
        return access.tenants_of(request.user, Act.CONFIGURE).order_by("name")

    def get_fieldsets(self, request: HttpRequest, obj: Tenant | None = None) -> Any:
        """The tag, as soon as there is a key."""
        return self.fieldsets if obj else [(None, {"fields": ["name", "slug", "time_zone"]})]

    def get_inlines(self, request: HttpRequest, obj: Tenant | None = None) -> Any:
        """People join a tenant that exists."""
        return self.inlines if obj else []

    @admin.display(description="Tag for your pages")
    def tag(self, tenant: Tenant) -> SafeString:
        """What to paste before `</body>`."""
        tag = (
            f'<script async src="{settings.PUBLIC_URL}/widget.js" '
            f'data-key="{tenant.public_key}"></script>'
        )
        return format_html('<code class="copied-tag">{}</code>', tag)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Managers of any tenant."""
        return _is(request, Act.CONFIGURE, None)

    def has_view_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """The tenant's managers."""
        return _is(request, Act.CONFIGURE, obj)

    def has_change_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """The tenant's owners."""
        return _is(request, Act.OWN, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The operator."""
        return _is_operator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """The operator; the database refuses while the tenant owns anything."""
        return _is_operator(request.user)


def _is(request: HttpRequest, act: Act, tenant: Tenant | None) -> bool:
    tenants = access.tenants_of(request.user, act)
    if tenant is None:
        return _is_operator(request.user) or tenants.exists()
    return tenants.filter(pk=tenant.pk).exists()


def _is_operator(user: User | Any) -> bool:
    return user.is_active and user.is_superuser
