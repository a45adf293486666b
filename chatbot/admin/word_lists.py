"""A tenant's word lists: words, versions, which one is in force, and a text to try."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from chatbot.admin.knowledge import only_tenant
from chatbot.guardrails.publishing import add_version, in_force, publish, withdraw
from chatbot.guardrails.trying import Tried, try_text
from chatbot.guardrails.word_lists import Entry, NoWord
from chatbot.models import WordList, WordListPublication, WordListVersion
from conversations import access
from conversations.admin.base import ReadOnlyInline, TenantOwnedAdmin
from conversations.admin.fields import LinesField
from conversations.admin.filters import TenantFilter
from conversations.roles import Act

MOST_WORDS = 20_000


class WordListForm(forms.ModelForm):
    """A list with its words; other words than before are another version."""

    words = LinesField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 16}),
        help_text="One word or phrase a line, Chinese or English. Disguises are found by "
        "themselves: width, capitals, blanks and signs between letters, look-alike letters, "
        "traditional signs. A * at the end also finds longer words: spam* finds spamming.",
    )
    reason = forms.CharField(
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Why the words change; it stays with the version.",
    )
    publish = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text="These words are in force from the next message on.",
    )

    class Meta:
        model = WordList
        fields = ["tenant", "name", "action", "in_questions", "in_answers"]
        labels = {"in_questions": "Holds in questions", "in_answers": "Holds in answers"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = newest_version(self.instance)
        if "words" in self.fields and newest:
            self.fields["words"].initial = newest.words

    def clean_words(self) -> list[str]:
        """Words that can be found; each line that cannot is named."""
        words = self.cleaned_data["words"]
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(f"{MOST_WORDS} at most; these are {len(words)}.")
        wrong = []
        for word in words:
            try:
                Entry(word)
            except NoWord as refusal:
                wrong.append(str(refusal))
        if wrong:
            raise forms.ValidationError(wrong[:5])
        return words


class PublicationInline(ReadOnlyInline):
    """Who put which version in force, when and why."""

    model = WordListPublication
    fields = ["at", "which", "author", "reason"]
    readonly_fields = fields
    hide_title = True
    verbose_name_plural = "What was in force, newest first"

    @admin.display(description="version")
    def which(self, publication: WordListPublication) -> str:
        """Its number, or that the list was taken out of use."""
        version = publication.version
        return f"v{version.number}" if version else "taken out of use"

    def get_queryset(self, request: HttpRequest) -> QuerySet[WordListPublication]:
        """With their versions and authors."""
        return super().get_queryset(request).select_related("version", "author").order_by("-pk")


@admin.register(WordList)
class WordListAdmin(TenantOwnedAdmin):
    """Word lists, kept by managers; `try/` shows what they make of a text."""

    form = WordListForm
    role_to_view = Act.CONFIGURE
    list_display = ["name", "tenant", "action", "in_questions", "in_answers", "state"]
    list_filter = [TenantFilter, "action"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name", "name"]
    list_before_template = "admin/chatbot/wordlist/to_try.html"
    change_form_outer_after_template = "admin/chatbot/wordlist/versions.html"

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_fieldsets(self, request: HttpRequest, obj: WordList | None = None) -> Any:
        """What the list does, then its words."""
        does = ["tenant", "name", "action", ("in_questions", "in_answers")]
        return [
            (None, {"fields": does}),
            ("Words", {"fields": ["words", "reason", "publish"]}),
        ]

    def get_inlines(self, request: HttpRequest, obj: WordList | None = None) -> Any:
        """What was in force, once something may have been."""
        return [PublicationInline] if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: WordList | None = None) -> list[str]:
        """A list stays with its tenant."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    @admin.display(description="in force")
    def state(self, word_list: WordList) -> str:
        """The version that is in force, and how many words it has."""
        version = in_force(word_list)
        return f"v{version.number}, {len(version.words)} words" if version else "nothing"

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, the page to try a text, and what can be done to a list."""
        acts = [
            ("try/", self.try_view, "try"),
            ("<int:pk>/publish/<int:number>/", self.publish_view, "publish"),
            ("<int:pk>/withdraw/", self.withdraw_view, "withdraw"),
        ]
        ours = [
            path(route, self.admin_site.admin_view(view), name=f"chatbot_wordlist_{name}")
            for route, view, name in acts
        ]
        return ours + super().get_urls()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the versions, each to be put in force."""
        word_list = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if word_list is not None and self.has_change_permission(request, word_list):
            context = {
                "versions": word_list.versions.select_related("author"),
                "in_force": in_force(word_list),
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def save_model(
        self, request: HttpRequest, obj: WordList, form: forms.ModelForm, change: bool
    ) -> None:
        """Other words are another version; it is in force where that was wished."""
        super().save_model(request, obj, form, change)
        words, reason = form.cleaned_data["words"], form.cleaned_data["reason"]
        version = newest_version(obj)
        if version is None or sorted(set(words), key=str.casefold) != version.words:
            version = add_version(obj, words, reason=reason, author=request.user)
        if form.cleaned_data["publish"] and in_force(obj) != version:
            publish(version, reason=reason, author=request.user)

    @method_decorator(require_POST)
    def publish_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """The version of this number is in force; so a list is rolled back."""
        word_list = self._kept(request, pk)
        version = word_list and word_list.versions.filter(number=number).first()
        if not version:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        publish(version, reason=request.POST.get("reason", "")[:300], author=request.user)
        messages.success(request, f"{version} is in force.")
        return _to(version.word_list_id)

    @method_decorator(require_POST)
    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """No version of the list is in force."""
        word_list = self._kept(request, pk)
        if word_list is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        withdraw(word_list, reason=request.POST.get("reason", "")[:300], author=request.user)
        messages.success(request, f"{word_list} is out of use.")
        return _to(word_list.pk)

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What the lists in force and the policy make of a text; nothing is stored."""
        if not self.has_module_permission(request):
            raise PermissionDenied
        tenants = list(access.tenants_of(request.user, Act.CONFIGURE).order_by("name"))
        chosen = request.POST.get("tenant", "")
        tenant = next((one for one in tenants if str(one.pk) == chosen), None)
        if tenant is None and len(tenants) == 1:
            tenant = tenants[0]
        text = request.POST.get("text", "")[:20_000]
        tried: Tried | None = try_text(tenant, text) if tenant and text else None
        context = self.admin_site.each_context(request) | {
            "title": "Try a text",
            "opts": self.opts,
            "tenants": tenants,
            "tenant": tenant,
            "text": text,
            "tried": tried,
        }
        return render(request, "admin/chatbot/wordlist/try.html", context)

    def _kept(self, request: HttpRequest, pk: int) -> WordList | None:
        word_list = self.get_object(request, str(pk))
        if word_list is not None and not self.has_change_permission(request, word_list):
            raise PermissionDenied
        return word_list


def newest_version(word_list: WordList) -> WordListVersion | None:
    """The version that was written last, in force or not."""
    return None if word_list.pk is None else word_list.versions.order_by("-number").first()


def _to(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:chatbot_wordlist_change", args=[pk]))
