"""Pages beside the list of documents: files are taken in there, and questions tried out."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from billing.services.attempts import Unasked
from chatbot.knowledge.embeddings import place_question
from chatbot.knowledge.jobs import take_files
from chatbot.knowledge.languages import CONFIGS
from chatbot.knowledge.readers.choosing import KINDS, MOST_BYTES
from chatbot.knowledge.search import knows, look
from chatbot.models import Document
from chatbot.workers import call_a_librarian
from conversations import access
from conversations.admin.base import TenantOwnedAdmin
from conversations.roles import Act

MOST_FILES, MOST_TOGETHER = 50, 50 * 2**20


class SeveralFiles(forms.ClearableFileInput):
    """A box that takes more than one file."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several, each within bounds."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Every file, in the order in which they were chosen."""
        given = data if isinstance(data, list) and data else [data or None]
        files = [super(FilesField, self).clean(one, initial) for one in given]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"{MOST_FILES} files at a time are enough.")
        if sum(file.size or 0 for file in files) > MOST_TOGETHER:
            raise forms.ValidationError(
                f"Together they have more than {MOST_TOGETHER // 2**20} MB; upload them in parts."
            )
        for file in files:
            if file.size > MOST_BYTES:
                raise forms.ValidationError(
                    f"{file.name} is larger than {MOST_BYTES // 2**20} MB; split it."
                )
        return files


class UploadForm(forms.Form):
    """Files, and what cannot be read out of them."""

    tenant: forms.ModelChoiceField = forms.ModelChoiceField(queryset=None, empty_label=None)
    language = forms.CharField(
        initial="en",
        max_length=10,
        help_text=f"A tag like en or zh. Words are found by their stems in {', '.join(CONFIGS)}.",
    )
    documents = FilesField(label="Files", help_text=f"{KINDS}; {MOST_BYTES // 2**20} MB each.")

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(*args)
        managed = access.tenants_of(request.user, Act.CONFIGURE)
        self.fields["tenant"].queryset = managed  # type: ignore[attr-defined]


class QuestionForm(forms.Form):
    """A question, as a visitor would ask it."""

    tenant: forms.ModelChoiceField = forms.ModelChoiceField(queryset=None, empty_label=None)
    question = forms.CharField(max_length=500)

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(*args)
        self.fields["tenant"].queryset = access.tenants_of(request.user)  # type: ignore[attr-defined]


class LibraryPages(TenantOwnedAdmin):
    """Two pages more than an admin has."""

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and these."""
        view = self.admin_site.admin_view
        return [
            path("upload/", view(self.upload), name="chatbot_document_upload"),
            path("ask/", view(self.ask), name="chatbot_document_ask"),
            *super().get_urls(),
        ]

    def listed(self, rows: QuerySet[Document]) -> QuerySet[Document]:
        """What the list shows of each."""
        return rows.defer("text").annotate(passages_there=Count("passages"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the ways in, for those who may take them."""
        ways = {"may_add": self.has_add_permission(request)}
        return super().changelist_view(request, ways | (extra_context or {}))

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Files wait to be taken in, and the page of their job shows how far they are."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request, *((request.POST, request.FILES) if request.POST else ()))
        if request.method == "POST" and form.is_valid():
            job = take_files(
                form.cleaned_data["tenant"],
                [(file.name, file.read()) for file in form.cleaned_data["documents"]],
                language=form.cleaned_data["language"],
                by=request.user,  # type: ignore[arg-type]
            )
            call_a_librarian()
            return HttpResponseRedirect(reverse("admin:chatbot_job_change", args=[job.pk]))
        return self._show(request, "upload", {"title": "Upload files", "form": form})

    def ask(self, request: HttpRequest) -> HttpResponse:
        """What the bot would be given for a question, best first, and whether that is enough."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = QuestionForm(request, *([request.GET] if "question" in request.GET else []))
        found, asked = [], None
        if form.is_bound and form.is_valid():
            tenant, question = form.cleaned_data["tenant"], form.cleaned_data["question"]
            asked = place_question(Unasked(tenant), question)
            found = look(tenant, question, asked=asked)
        enough = knows(found, asked)
        context = {"title": "Try a question", "form": form, "found": found, "knows": enough}
        return self._show(request, "ask", context)

    def _show(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        whole = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return render(request, f"admin/chatbot/document/{name}.html", whole)
