"""What the bot may do at a tenant's own systems, and what it has done there."""

import json
import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from pydantic import SecretStr
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from chatbot.admin.knowledge import only_tenant
from chatbot.models import Tool, ToolCall
from chatbot.models.tools import no_arguments
from chatbot.tools.answers import is_field
from chatbot.tools.catalogue import forget
from chatbot.tools.requests import PLACEHOLDER, NoAddress, check_address
from chatbot.tools.schemas import NoSchema, check_schema
from chatbot.tools.trying import Tried, example_of, try_tool
from conversations.admin.base import ReadOnlyAdmin, TenantOwnedAdmin
from conversations.admin.fields import LinesField
from conversations.admin.filters import TenantFilter
from conversations.models import Tenant
from conversations.roles import Act

HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}")
# What these ask for is a change, by the rules of HTTP.
CHANGES = {Tool.Method.PUT, Tool.Method.PATCH, Tool.Method.DELETE}


class HeadersField(LinesField):
    """Headers as lines of `Name: value`."""

    def prepare_value(self, value: Any) -> Any:
        """The headers as lines."""
        if isinstance(value, dict):
            return "\n".join(f"{name}: {said}" for name, said in value.items())
        return value

    def clean(self, value: Any) -> dict[str, str]:  # type: ignore[override]
        """The lines as headers."""
        headers = {}
        for line in super().clean(value):
            name, colon, said = line.partition(":")
            if not colon or not HEADER.fullmatch(name.strip()) or not said.strip().isprintable():
                raise forms.ValidationError(f"“{line}” is no header; write it like Name: value.")
            headers[name.strip()] = said.strip()
        return headers


class SchemaField(forms.JSONField):
    """JSON with its lines, as people read it."""

    def prepare_value(self, value: Any) -> Any:
        """The schema as lines; what could not be read stays as it was typed."""
        if isinstance(value, dict):
            return json.dumps(value, indent=2, ensure_ascii=False)
        return super().prepare_value(value)


class ToolForm(forms.ModelForm):
    """A tool; what is typed as its credential is never shown again."""

    new_credential = forms.CharField(
        required=False,
        max_length=2000,
        label="Credential",
        widget=UnfoldAdminPasswordWidget(render_value=False, attrs={"autocomplete": "off"}),
        help_text="The whole value of its header, like Bearer abc. It is encrypted and never "
        "shown, to models neither. Empty leaves the one that is there.",
    )
    no_credential = forms.BooleanField(
        required=False, label="Forget the credential", widget=UnfoldBooleanSwitchWidget()
    )
    parameters = SchemaField(
        label="Arguments",
        initial=no_arguments,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=Tool._meta.get_field("parameters").help_text,
    )
    headers = HeadersField(
        required=False,
        help_text="Further headers, one a line, like X-Shop: acme. No secrets: they are shown.",
    )
    answer_fields = LinesField(
        required=False,
        label="What the model may read",
        help_text=Tool._meta.get_field("answer_fields").help_text,
    )

    class Meta:
        model = Tool
        fields = [
            *("tenant", "name", "label", "description", "parameters", "method", "url"),
            *("visitor_parameter", "headers", "credential_header", "seconds", "most_bytes"),
            *("answer_fields", "writes", "question", "active"),
        ]

    def clean_parameters(self) -> Any:
        """A schema that calls can be checked by."""
        schema = self.cleaned_data["parameters"]
        try:
            check_schema(schema)
        except NoSchema as wrong:
            raise forms.ValidationError(str(wrong)) from None
        return schema

    def clean_credential_header(self) -> str:
        """The name of a header."""
        name: str = self.cleaned_data["credential_header"].strip()
        if not HEADER.fullmatch(name):
            raise forms.ValidationError("This is no name of a header.")
        return name

    def clean_new_credential(self) -> str:
        """What may stand in a header."""
        secret: str = self.cleaned_data["new_credential"].strip()
        if not (secret.isascii() and secret.isprintable()):
            raise forms.ValidationError("A header holds plain letters, figures and signs only.")
        return secret

    def clean_answer_fields(self) -> list[str]:
        """Paths into an answer."""
        for text in self.cleaned_data["answer_fields"]:
            if not is_field(text):
                raise forms.ValidationError(f"“{text}” is no field; write it like items[].name.")
        return self.cleaned_data["answer_fields"]

    def clean(self) -> dict[str, Any]:
        """What one part says of another is right."""
        given = super().clean() or self.cleaned_data
        names = {*given.get("parameters", {}).get("properties", {})}
        tenant: Tenant | None = given.get("tenant") or getattr(self.instance, "tenant", None)
        if "url" in given and "parameters" in given:
            try:
                is_demo = tenant is not None and tenant.is_demo
                check_address(given["url"], names, is_demo=is_demo)
            except NoAddress as wrong:
                self.add_error("url", str(wrong))
        if {*PLACEHOLDER.findall(given.get("question", ""))} - names:
            self.add_error("question", "What stands in braces is no argument of the schema.")
        if given.get("visitor_parameter") in names | {"visitor"}:
            self.add_error("visitor_parameter", "The model must not be the one who says this.")
        if given.get("method") in CHANGES and not given.get("writes"):
            self.add_error("writes", f"{given['method']} changes something: ask the visitor first.")
        return given


@admin.register(Tool)
class ToolAdmin(TenantOwnedAdmin):
    """Tools, kept by managers; each can be tried from its page."""

    form = ToolForm
    role_to_view = Act.CONFIGURE
    list_display = ["label", "name", "tenant", "method", "kind", "active"]
    list_display_links = ["label"]
    list_filter = [TenantFilter, "active", "writes"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name", "name"]
    change_form_outer_before_template = "admin/chatbot/tool/to_try.html"
    fieldsets = [
        (None, {"fields": ["tenant", ("label", "name"), "description", "parameters", "active"]}),
        ("The call", {"fields": ["method", "url", "visitor_parameter", "headers"]}),
        ("Credential", {"fields": ["credential_header", "new_credential", "no_credential"]}),
        ("The answer", {"fields": ["answer_fields", ("seconds", "most_bytes")]}),
        ("Changes", {"fields": ["writes", "question"]}),
    ]

    class Media:
        css = {"all": ["inbox/forms.css"]}

    @display(description="kind", label={"Reads": "info", "Changes": "warning"})
    def kind(self, tool: Tool) -> str:
        """Whether a visitor is asked first."""
        return "Changes" if tool.writes else "Reads"

    def get_readonly_fields(self, request: HttpRequest, obj: Tool | None = None) -> list[str]:
        """A tool stays with its tenant."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The description is a sentence or two."""
        if db_field.name == "description":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Tool, form: forms.ModelForm, change: bool
    ) -> None:
        """A credential that was typed takes the place of the old one."""
        if form.cleaned_data["no_credential"]:
            obj.credential = None
        elif form.cleaned_data["new_credential"]:
            obj.credential = SecretStr(form.cleaned_data["new_credential"])
        super().save_model(request, obj, form, change)
        forget()

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and the page to try a tool."""
        view = self.admin_site.admin_view(self.try_view)
        return [path("<int:pk>/try/", view, name="chatbot_tool_try"), *super().get_urls()]

    def try_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the system answers; what changes something is sent only where that is said."""
        tool = self.get_object(request, str(pk))
        if tool is None:
            if not self.has_module_permission(request):
                raise PermissionDenied
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        arguments = request.POST.get("arguments", example_of(tool))[:4000]
        visitor = request.POST.get("visitor", "")[:200]
        tried: Tried | None = None
        if request.method == "POST":
            really = not tool.writes or "really" in request.POST
            tried = try_tool(tool, arguments, visitor, really=really)
        context = self.admin_site.each_context(request) | {
            "title": f"Try {tool.label}",
            "opts": self.opts,
            "tool": tool,
            "arguments": arguments,
            "visitor": visitor,
            "tried": tried,
        }
        return render(request, "admin/chatbot/tool/try.html", context)


@admin.register(ToolCall)
class ToolCallAdmin(ReadOnlyAdmin):
    """What models wanted done, and what came of it, newest first."""

    list_display = ["what", "pill", "status", "duration", "tenant", "created_at"]
    list_filter = [TenantFilter, "state"]
    list_select_related = ["tenant", "tool"]
    ordering = ["-created_at"]
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    fields = [
        *("name", "state", "arguments", "status", "duration_ms", "answer", "trouble"),
        *("in_transcript", "created_at", "ended_at"),
    ]
    readonly_fields = ["in_transcript"]

    class Media:
        css = {"all": ["inbox/forms.css"]}

    @admin.display(description="tool")
    def what(self, call: ToolCall) -> str:
        """What people call it; as the model wrote it where there is no such tool."""
        return call.tool.label if call.tool else call.name

    @display(
        description="state",
        label={
            "Done": "success",
            "Waits for the visitor's yes": "info",
            "Failed": "danger",
            "Not allowed": "warning",
            "Nobody knows whether it was done": "danger",
        },
    )
    def pill(self, call: ToolCall) -> str:
        """How far it is."""
        return str(call.get_state_display())

    @admin.display(description="took", ordering="duration_ms", empty_value="–")
    def duration(self, call: ToolCall) -> str | None:
        """In milliseconds."""
        return None if call.duration_ms is None else f"{call.duration_ms:,} ms"

    @admin.display(description="Transcript")
    def in_transcript(self, call: ToolCall) -> SafeString:
        """The conversation it was wanted in."""
        talk = call.generation.conversation_id
        url = reverse("admin:conversations_conversation_change", args=[talk])
        return format_html('<a href="{}">Open it</a>', url)
