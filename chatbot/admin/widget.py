"""How a tenant's widget looks, shown beside its form; and how it gets on a site."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from chatbot.admin.installation import look_at, tag_of
from chatbot.admin.knowledge import only_tenant
from chatbot.admin.widget_form import COLUMNS, WidgetForm, field_of
from chatbot.identity import add_secret
from chatbot.models import IdentitySecret
from conversations import access
from conversations.admin.base import TenantOwnedAdmin
from conversations.models import Tenant, WidgetSettings
from conversations.roles import Act
from conversations.widget_rules import TEXTS

# What the tag of a page may say itself, and so the preview before anything is saved.
ON_THE_TAG = ("color", "position", "title", "greeting", "theme", "locale")


class CheckForm(forms.Form):
    """A page of the tenant's site."""

    url = forms.URLField(
        label="A page of your site", max_length=500, assume_scheme="https", required=True
    )


@admin.register(WidgetSettings)
class WidgetSettingsAdmin(TenantOwnedAdmin):
    """One page a tenant; without one the defaults hold."""

    form = WidgetForm
    role_to_view = Act.CONFIGURE
    list_display = ["__str__", "title", "colour", "position"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name"]
    change_form_template = "admin/conversations/widgetsettings/change_form.html"
    change_list_template = "admin/conversations/widgetsettings/change_list.html"
    fieldsets = [
        (
            "Looks",
            {
                "fields": [
                    "tenant",
                    "title",
                    "greeting",
                    "colour",
                    "position",
                    "picture",
                    "no_picture",
                ]
            },
        ),
        (
            "Words",
            {
                "fields": [field_of(name) for name in TEXTS],
                "description": "Empty: the widget's own words, in the visitor's language. "
                "What you write here is shown in every language.",
            },
        ),
        (
            "Offers",
            {"fields": ["suggests", "asks_score", "takes_files", "mail_capture", "privacy_url"]},
        ),
        ("Before and unasked", {"fields": ["asked", "spoken"]}),
    ]

    class Media:
        css = {"all": ["inbox/forms.css", "inbox/widget.css"]}
        js = ["inbox/widget-preview.js"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """The form as it is written: some of its fields are no columns."""
        kwargs["fields"] = [name for name in COLUMNS if name != "tenant" or obj is None]
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(
        self, request: HttpRequest, obj: WidgetSettings | None = None
    ) -> list[str]:
        """Settings stay with their tenant."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and these of a tenant."""
        view = self.admin_site.admin_view
        ours = {
            "preview": self.preview,
            "install": self.install,
            "new_secret": self.new_secret,
        }
        pages = [
            path(
                f"{name.replace('_', '-')}/<int:tenant>/",
                view(page),
                name=f"conversations_widgetsettings_{name}",
            )
            for name, page in ours.items()
        ]
        return [*pages, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the way to each tenant's installation page."""
        ways = {"managed": access.tenants_of(request.user, Act.CONFIGURE).order_by("name")[:50]}
        return super().changelist_view(request, ways | (extra_context or {}))

    @method_decorator(xframe_options_sameorigin)
    def preview(self, request: HttpRequest, tenant: int) -> HttpResponse:
        """A page that carries the tenant's own widget, with what the address says of its looks."""
        found = self._tenant(request, tenant)
        said = {name: request.GET.get(name, "")[:300] for name in ON_THE_TAG}
        response = render(
            request,
            "admin/conversations/widgetsettings/preview.html",
            {"tenant": found, "said": {name: text for name, text in said.items() if text}},
        )
        response["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'self'"
        )
        return response

    def install(self, request: HttpRequest, tenant: int) -> HttpResponse:
        """The tag, who may show it, and what a page of the site looks like to us."""
        found = self._tenant(request, tenant)
        form = CheckForm(request.GET if "url" in request.GET else None)
        steps = look_at(found, form.cleaned_data["url"]) if form.is_valid() else []
        return self._install_page(request, found, form=form, steps=steps)

    @method_decorator(require_POST)
    def new_secret(self, request: HttpRequest, tenant: int) -> HttpResponse:
        """A new identity secret is live, and shown this once."""
        found = self._tenant(request, tenant)
        # the admin forbids browsers to keep any of its pages
        return self._install_page(request, found, form=CheckForm(), secret=add_secret(found))

    def _install_page(self, request: HttpRequest, tenant: Tenant, **context: Any) -> HttpResponse:
        whole = self.admin_site.each_context(request) | {
            "title": f"Put {tenant.name}'s widget on a site",
            "opts": self.opts,
            "tenant": tenant,
            "tag": tag_of(tenant),
            "secrets": access.visible(request.user, IdentitySecret, Act.CONFIGURE)
            .filter(tenant=tenant)
            .order_by("-pk"),
            "look": access.visible(request.user, WidgetSettings, Act.CONFIGURE)
            .filter(tenant=tenant)
            .first(),
            "may_change_sites": tenant in access.tenants_of(request.user, Act.OWN),
        }
        template = "admin/conversations/widgetsettings/install.html"
        return render(request, template, whole | context)

    def _tenant(self, request: HttpRequest, pk: int) -> Tenant:
        """A tenant that the person manages; of others there is nothing here."""
        return get_object_or_404(access.tenants_of(request.user, Act.CONFIGURE), pk=pk)
