"""Pages and sitemaps that are fetched, and the jobs that take documents in."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.decorators import display

from chatbot.admin.knowledge import only_tenant
from chatbot.knowledge.jobs import fetch_source
from chatbot.knowledge.watching import items_of, name_of, with_progress
from chatbot.models import Job, Source
from chatbot.workers import call_a_librarian
from conversations.admin.base import ReadOnlyAdmin, TenantOwnedAdmin
from conversations.admin.filters import TenantFilter

# How often the page of a job that still runs is looked at again.
LOOK_AGAIN_SECONDS = 3


class SourceForm(forms.ModelForm):
    """An address of the web."""

    class Meta:
        model = Source
        fields = ["tenant", "kind", "url", "language", "every"]
        help_texts = {
            "url": "Begins with https:// or http://. Redirects are followed; a page that says that "
            "it has not changed is not read again.",
            "every": "Pages that changed are taken in anew, those that are gone are removed.",
        }

    def clean_url(self) -> str:
        """Nothing else is fetched."""
        url = self.cleaned_data["url"].strip()
        if not re.match(r"https?://[^\s/]+", url, re.IGNORECASE):
            raise forms.ValidationError("Begin with https:// or http://.")
        return url


@admin.register(Source)
class SourceAdmin(TenantOwnedAdmin):
    """Sources; a new one, or one that was changed, is fetched at once."""

    form = SourceForm
    list_display = ["url", "kind", "tenant", "language", "every", "next_at"]
    list_filter = [TenantFilter, "kind"]
    list_select_related = ["tenant"]
    ordering = ["url"]
    fields = ["tenant", "kind", "url", "language", "every"]
    change_form_template = "admin/chatbot/source/change_form.html"
    list_before_template = "admin/chatbot/about.html"
    about = (
        "Pages and sitemaps of your site that are fetched and read, once or by a timetable. "
        "How it went stands under Jobs."
    )

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and one to fetch."""
        view = self.admin_site.admin_view(self.fetch)
        return [path("<int:pk>/fetch/", view, name="chatbot_source_fetch"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[str]:
        """A source stays with its tenant."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    def save_model(
        self, request: HttpRequest, obj: Source, form: forms.ModelForm, change: bool
    ) -> None:
        """The source waits to be fetched as soon as it is saved."""
        super().save_model(request, obj, form, change)
        job = fetch_source(obj, by=request.user)  # type: ignore[arg-type]
        request.job = job  # type: ignore[attr-defined]
        transaction.on_commit(call_a_librarian)

    def response_add(
        self, request: HttpRequest, obj: Source, post_url_continue: str | None = None
    ) -> HttpResponse:
        """To the job, where one sees how far it is."""
        return _to_job(request.job)  # type: ignore[attr-defined]

    def response_change(self, request: HttpRequest, obj: Source) -> HttpResponse:
        """As for a new one."""
        return _to_job(request.job)  # type: ignore[attr-defined]

    @method_decorator(require_POST)
    def fetch(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The source is fetched again now."""
        source = self.get_object(request, str(pk))
        if source is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        job = fetch_source(source, by=request.user)  # type: ignore[arg-type]
        call_a_librarian()
        return _to_job(job)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What was asked of the library, newest first; a page that still runs looks again by itself."""

    list_display = ["what", "tenant", "state", "taken", "asked_at", "who"]
    list_display_links = ["what"]
    list_filter = [TenantFilter]
    ordering = ["-asked_at"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "Files that were uploaded and sources that were fetched. Open one to see how far it is, "
        "and what was wrong with each file that failed."
    )
    fields = ["what", "who", "asked_at", "ended_at", "state", "taken", "each"]
    readonly_fields = fields

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        """Each with its progress."""
        return with_progress(super().get_queryset(request))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Asked for again every few seconds, until the job has ended."""
        job = self.get_object(request, object_id)
        response = super().change_view(request, object_id, form_url, extra_context)
        if job is not None and job.ended_at is None:
            response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
        return response

    @display(
        description="state",
        label={"Ended": "success", "Ended with errors": "danger", "Under way": "info"},
    )
    def state(self, job: Any) -> str:
        """Whether it has ended, and well."""
        if job.ended_at is None:
            return "Under way"
        return "Ended with errors" if job.failed_items else "Ended"

    @admin.display(description="progress")
    def taken(self, job: Any) -> str:
        """How many of how many."""
        failed = f", {job.failed_items} of them failed" if job.failed_items else ""
        return f"{job.ended_items} of {job.all_items}{failed}"

    @admin.display(description="asked by")
    def who(self, job: Job) -> str:
        """A person, or the timetable."""
        return name_of(job.asked_by)

    @admin.display(description="files and pages")
    def each(self, job: Job) -> SafeString:
        """Those that failed first, with the reason."""
        return render_to_string("admin/chatbot/job/items.html", {"items": items_of(job)})


def _to_job(job: Job) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:chatbot_job_change", args=[job.pk]))
