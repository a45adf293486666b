"""Where models are called, and with which keys; the operator's."""

import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from billing.admin.operators import OperatorAdmin
from chatbot.models import ModelServer, ProviderKey
from chatbot.models.providers import fingerprint_of
from chatbot.providers.breaker import Opened, breaker
from chatbot.providers.keys import take_over
from conversations.admin.fields import LinesField
from conversations.admin.rights import runs_the_deployment


class ProviderAdmin(OperatorAdmin):
    """A page about providers; above its list stands what is not called now."""

    list_per_page = 100

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, below what is not called now because it fails."""
        if runs_the_deployment(request):
            for one in opened():
                messages.warning(request, _in_words(one))
        return super().changelist_view(request, extra_context)


class ServerForm(forms.ModelForm):
    """Models one a line."""

    serves = LinesField(required=False, help_text=ModelServer._meta.get_field("serves").help_text)

    class Meta:
        model = ModelServer
        fields = ["name", "kind", "base_url", "api_version", "serves", "deployments"]


@admin.register(ModelServer)
class ModelServerAdmin(ProviderAdmin):
    """Servers beside the one of the environment."""

    form = ServerForm
    list_display = ["name", "kind", "base_url", "usable_keys", "now"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "Servers beside the one that OPENAI_BASE_URL names, which needs no line here. Put one in "
        "to call some models elsewhere, or to have it stand in under Fallback."
    )

    class Media:
        css = {"all": ["inbox/forms.css"]}

    @admin.display(description="keys")
    def usable_keys(self, server: ModelServer) -> int:
        """How many are in its pool."""
        return sum(key_state(key) in IN_THE_POOL for key in server.keys.all())

    @admin.display(description="now")
    def now(self, server: ModelServer) -> str:
        """What of it is not called because it fails."""
        failing = [one for one in opened() if one.place.startswith(f"{server.name}/")]
        return "Not called: " + ", ".join(one.why for one in failing) if failing else "Called"


class KeyForm(forms.ModelForm):
    """A new key; what is typed is never shown again."""

    key = forms.CharField(
        widget=UnfoldAdminPasswordWidget(render_value=False, attrs={"autocomplete": "off"}),
        max_length=500,
        help_text="It is encrypted, and shown by its last four characters from then on.",
    )
    successor_of = forms.ModelChoiceField(
        ProviderKey.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text="The key it takes over from, which stands by for a week and then goes.",
    )

    class Meta:
        model = ProviderKey
        fields = ["server", "label", "rotate_by"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        successor: Any = self.fields["successor_of"]
        successor.queryset = ProviderKey.objects.filter(refused_at=None, retires_at=None)

    def clean(self) -> dict[str, Any]:
        """Refused where the key is there already, or takes over at another server."""
        given = super().clean() or self.cleaned_data
        key, old, server = given.get("key"), given.get("successor_of"), given.get("server")
        if key:
            same = ProviderKey.objects.filter(
                server=server, fingerprint=fingerprint_of(key.strip())
            )
            if same.exists():
                self.add_error("key", "This key is here already.")
        if old and old.server_id != (server.pk if server else None):
            self.add_error("successor_of", "That key is of another server.")
        return given


@admin.register(ProviderKey)
class ProviderKeyAdmin(ProviderAdmin):
    """The pool of keys. A key cannot be read back or changed; another takes over from it."""

    list_display = ["label", "ends_with", "at", "state", "rotate_by", "fingerprint", "created_at"]
    list_display_links = ["label"]
    list_select_related = ["server"]
    readonly_fields = ["server", "ends_with", "fingerprint", "state", "created_at", "refused_why"]
    actions = ["use_again"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "Keys that share the calls, beside OPENAI_API_KEY of the environment, which needs no line "
        "here. To replace one, add its successor: both work for a week, so nothing is dropped."
    )

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_form(
        self, request: HttpRequest, obj: ProviderKey | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Only a new one has a secret to type."""
        if obj is None:
            kwargs["form"] = KeyForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: ProviderKey | None = None) -> list[str]:
        """Of a key that is there, all but the key."""
        if obj is None:
            return ["server", "label", "key", "successor_of", "rotate_by"]
        return ["label", "rotate_by", "retires_at", *self.readonly_fields]

    def get_readonly_fields(
        self, request: HttpRequest, obj: ProviderKey | None = None
    ) -> list[str]:
        """What belongs to the key itself."""
        return self.readonly_fields if obj else []

    def save_model(self, request: HttpRequest, obj: ProviderKey, form: Any, change: bool) -> None:
        """A new key is in use from now on, and the one before it stands by."""
        if not change:
            obj.set_secret(form.cleaned_data["key"].strip())
        super().save_model(request, obj, form, change)
        if not change and form.cleaned_data["successor_of"]:
            take_over(obj, form.cleaned_data["successor_of"])

    @admin.action(description="Use again: the refusal was a mistake", permissions=["change"])
    def use_again(self, request: HttpRequest, keys: QuerySet[ProviderKey]) -> None:
        """They are in the pool again, until they are refused once more."""
        for key in keys.exclude(refused_at=None):
            key.refused_at, key.refused_why = None, ""
            key.save(update_fields=["refused_at", "refused_why"])
            board = breaker().board
            for one in board.all():
                if _is_of(one, key):
                    board.close(one.place)
            messages.success(request, f"{key} is used again.")

    @admin.display(description="ends with")
    def ends_with(self, key: ProviderKey) -> str:
        """The last four characters."""
        return f"…{key.last4}" if key.last4 else "too short to show"

    @admin.display(description="server", ordering="server__name")
    def at(self, key: ProviderKey) -> str:
        """Where it is used."""
        return str(key.server or "The environment's")

    @display(
        description="state",
        label={
            "In use": "success",
            "Stands by": "info",
            "Due to be replaced": "warning",
            "Not called now": "danger",
            "Refused": "danger",
            "Gone": "",
        },
    )
    def state(self, key: ProviderKey) -> str:
        """Whether it is used."""
        return key_state(key)


IN_THE_POOL = ("In use", "Stands by", "Due to be replaced", "Not called now")


def key_state(key: ProviderKey) -> str:
    """Whether the key is used now, in two words."""
    if key.refused_at:
        return "Refused"
    if key.retires_at and key.retires_at <= timezone.now():
        return "Gone"
    if any(_is_of(one, key) for one in opened()):
        return "Not called now"
    if key.retires_at:
        return "Stands by"
    return "Due to be replaced" if key.rotate_by <= timezone.localdate() else "In use"


def _is_of(one: Opened, key: ProviderKey) -> bool:
    """Whether this is the key, or a model by this key; servers' names may hold a slash."""
    return f"/{key.fingerprint}" in one.place


def opened() -> list[Opened]:
    """What is not called now because it fails."""
    return breaker().board.all()


def _in_words(one: Opened) -> str:
    since = datetime.datetime.fromtimestamp(one.since, datetime.UTC)
    server, _, rest = one.place.partition("/")
    fingerprint, _, model = rest.partition("/")
    what = f"{model} at {server}" if model else f"The key {fingerprint} at {server}"
    return (
        f"{what} has been failing since {since:%H:%M} UTC ({one.why}) and is not called, but for "
        "one call in ten seconds that finds out whether it is back."
    )
