"""Managers take documents in, see how far that is, and try what the bot would find."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chatbot.admin import library, sources
from chatbot.knowledge import jobs
from chatbot.knowledge.ingest import store_document
from chatbot.models import Document, Job, Source
from tests.billing.spending import signed_in

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/chatbot/document/upload/"
ASK = "/admin/chatbot/document/ask/"
ADD_SOURCE = "/admin/chatbot/source/add/"


@pytest.fixture(autouse=True)
def called(monkeypatch):
    """Workers are called by name here, and counted."""
    calls = []
    for module in (library, sources):
        monkeypatch.setattr(module, "call_a_librarian", lambda: calls.append(1))
    return calls


def upload(client, tenant, *files, language="en"):
    given = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(UPLOAD, {"tenant": tenant.pk, "language": language, "documents": given})


def test_uploaded_files_are_taken_in_and_their_job_says_so(acme, cleo, called):
    client = signed_in(cleo)
    answer = upload(client, acme, ("a.md", b"# Returns\n\n30 days."), ("b.pdf", b"%PDF-1.4 bad"))
    job = Job.objects.get()
    assert answer.url == reverse("admin:chatbot_job_change", args=[job.pk])
    assert called == [1]
    waiting = client.get(answer.url)
    assert "0 of 2" in waiting.text
    assert waiting.headers["Refresh"] == "3"
    jobs.work(30)
    ended = client.get(answer.url)
    assert "2 of 2, 1 of them failed" in ended.text
    assert "The PDF is damaged" in ended.text
    assert "Refresh" not in ended.headers


@pytest.mark.parametrize("files", [[], [("big.md", b"x" * (10 * 2**20 + 1))]])
def test_no_file_and_one_too_large_are_refused(acme, cleo, files):
    answer = upload(signed_in(cleo), acme, *files)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert not Job.objects.exists()


def test_too_much_at_once_is_refused(acme, cleo, monkeypatch):
    monkeypatch.setattr(library, "MOST_TOGETHER", 10)
    answer = upload(signed_in(cleo), acme, ("a.md", b"# One\n\nx"), ("b.md", b"# Two\n\nx"))
    assert "upload them in parts" in answer.text
    assert not Job.objects.exists()


def test_mallory_cannot_upload_to_acme(acme, mallory):
    assert "Select a valid choice" in upload(signed_in(mallory), acme, ("a.md", b"# x\n\ny")).text
    assert not Job.objects.exists()


def test_staff_cannot_upload(acme, ben):
    assert upload(signed_in(ben), acme, ("a.md", b"# x\n\ny")).status_code == 403


def source(client, **fields):
    form = {"kind": "page", "language": "en", "every": 24, "url": "https://example.com/"} | fields
    return client.post(ADD_SOURCE, form)


def test_a_new_source_waits_to_be_fetched_at_once(acme, cleo, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = source(signed_in(cleo), tenant=acme.pk)
    job = Job.objects.get()
    assert answer.url == reverse("admin:chatbot_job_change", args=[job.pk])
    assert (job.asked_by, job.source.url) == (cleo, "https://example.com/")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "example.com", "//x"])
def test_what_is_no_address_of_the_web_is_no_source(acme, cleo, url):
    assert "Begin with https://" in source(signed_in(cleo), tenant=acme.pk, url=url).text
    assert not Source.objects.exists()


def test_mallory_cannot_have_a_source_fetched_for_acme(acme, mallory):
    source(signed_in(mallory), tenant=acme.pk)
    assert not Source.objects.exists()


def test_a_question_can_be_tried(acme, ben):
    store_document(acme, title="Returns", url="/help/r", language="en", text="Within 30 days.")
    client = signed_in(ben)
    page = client.get(ASK, {"tenant": acme.pk, "question": "returns"})
    assert "The bot would be given these passages" in page.text
    assert "/help/r#p1" in page.text
    page = client.get(ASK, {"tenant": acme.pk, "question": "Do you sell helicopters?"})
    assert "does not know" in page.text


def test_nobody_tries_questions_on_another_tenants_documents(acme, mallory):
    store_document(acme, title="Returns", url="", language="en", text="Within 30 days.")
    page = signed_in(mallory).get(ASK, {"tenant": acme.pk, "question": "returns"})
    assert "Within 30 days." not in page.text


def test_the_page_of_a_book_opens_without_its_passages(acme, cleo):
    text = "\n\n".join(f"## Question {number}\n\nAnswer." for number in range(400))
    book = store_document(
        acme, title="Book", url="", language="en", text=text, kind=Document.Kind.ANSWERS
    )
    assert book.passages.count() == 400
    page = signed_in(cleo).get(reverse("admin:chatbot_document_change", args=[book.pk]))
    assert page.status_code == 200
    assert "Passages, as the bot finds them" not in page.text


def test_the_list_counts_passages_and_says_where_a_document_is_from(acme, cleo):
    store_document(acme, title="Returns", url="/help/r", language="en", text="Within 30 days.")
    page = signed_in(cleo).get("/admin/chatbot/document/")
    assert "/help/r" in page.text
    assert "Upload files" in page.text
    assert Document.objects.count() == 1
