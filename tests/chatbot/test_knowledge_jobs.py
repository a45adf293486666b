"""Documents come in by jobs, with progress, an error for each that fails, and without gaps."""

import datetime

import pytest
from django.utils import timezone

from chatbot.knowledge import jobs
from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.search import find_passages
from chatbot.models import Document, Job, JobItem, Passage, Source
from tests.web import running_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(settings):
    with running_site(settings) as running:
        yield running


def take(tenant, **files):
    named = [(name.replace("_", "."), content) for name, content in files.items()]
    job = jobs.take_files(tenant, named, language="en", by=None)
    jobs.work(30)
    job.refresh_from_db()
    return job


def page(title, text):
    return f"<html><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"


def sitemap(site, *paths):
    lines = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in paths)
    return site.put("/sitemap.xml", f"<urlset>{lines}</urlset>", Content_Type="text/xml")


def source_of(tenant, url, kind="page", every=0):
    return Source.objects.create(tenant=tenant, url=url, kind=kind, every=every)


def fetched(source):
    job = jobs.fetch_source(source)
    jobs.work(30)
    job.refresh_from_db()
    return job


def test_files_become_documents_that_are_found(acme):
    job = take(acme, a_md=b"# Returns\n\nWithin 30 days.", b_txt=b"Refunds\n\nWithin a week.")
    assert job.ended_at
    assert jobs.progress(job) == {"all": 2, "waiting": 0, "done": 2, "unchanged": 0, "failed": 0}
    assert [one.title for one in find_passages(acme, "refunds")] == ["Refunds"]


def test_a_bad_file_fails_alone_and_says_why(acme):
    job = take(acme, a_md=b"# Returns\n\nWithin 30 days.", b_pdf=b"%PDF-1.4 nothing")
    assert job.ended_at
    (failed,) = job.items.filter(state="failed")
    assert failed.name == "b.pdf"
    assert "damaged" in failed.problem
    assert Document.objects.get().title == "Returns"


def test_the_bytes_of_a_file_are_kept_no_longer_than_needed(acme):
    job = take(acme, a_md=b"# Returns\n\nWithin 30 days.", b_pdf=b"%PDF-1.4 nothing")
    assert [item.content for item in job.items.all()] == [None, None]


def test_a_file_of_the_same_title_replaces_the_document(acme):
    take(acme, a_md=b"# Returns\n\nWithin 30 days.")
    take(acme, b_md=b"# Returns\n\nWithin 60 days.")
    assert [one.text for one in Passage.objects.all()] == ["Within 60 days."]


def test_what_goes_wrong_here_is_said_and_the_rest_goes_on(acme, monkeypatch):
    real = jobs.read
    monkeypatch.setattr(
        jobs, "read", lambda content, *more, **how: 1 / 0 if b"One" in content else real(content)
    )
    job = take(acme, a_md=b"# One\n\nx", b_md=b"# Two\n\nx")
    assert jobs.progress(job) | {} == {
        "all": 2, "waiting": 0, "done": 1, "unchanged": 0, "failed": 1,
    }  # fmt: skip


def test_a_page_is_fetched_and_cites_its_address(acme, site):
    url = site.put("/returns", page("Returns", "Within 30 days."))
    assert fetched(source_of(acme, url)).ended_at
    (found,) = find_passages(acme, "returns")
    assert found.url == url
    assert found.place == f"{url}#:~:text=Within%2030%20days."


@pytest.mark.parametrize("etag", [{}, {"ETag": '"1"'}])
def test_a_page_that_did_not_change_is_not_taken_in_again(acme, site, etag):
    source = source_of(acme, site.put("/returns", page("Returns", "Within 30 days."), **etag))
    fetched(source)
    before = list(Passage.objects.values_list("pk", flat=True))
    job = fetched(source)
    assert [item.state for item in job.items.all()] == ["unchanged"]
    assert list(Passage.objects.values_list("pk", flat=True)) == before


def test_a_page_that_changed_has_new_passages(acme, site):
    source = source_of(acme, site.put("/returns", page("Returns", "Within 30 days.")))
    fetched(source)
    site.put("/returns", page("Returns", "Within 60 days."))
    fetched(source)
    assert [one.text for one in Passage.objects.all()] == ["Within 60 days."]
    assert Document.objects.count() == 1


def test_a_page_that_cannot_be_got_leaves_its_document_alone(acme, site):
    source = source_of(acme, site.put("/returns", page("Returns", "Within 30 days.")))
    fetched(source)
    site.put("/returns", "away", 500)
    (item,) = fetched(source).items.all()
    assert "answered 500" in item.problem
    assert Document.objects.count() == 1


def test_a_page_that_is_gone_takes_its_document_with_it(acme, site):
    source = source_of(acme, site.put("/returns", page("Returns", "Within 30 days.")))
    fetched(source)
    site.put("/returns", "gone", 410)
    fetched(source)
    assert not Document.objects.exists()


def test_every_page_of_a_sitemap_is_a_document(acme, site):
    for number in range(4):
        site.put(f"/{number}", page(f"Page {number}", f"Camels number {number}."))
    job = fetched(source_of(acme, sitemap(site, "/0", "/1", "/2", "/3", "/missing"), "sitemap"))
    assert Document.objects.count() == 4
    assert jobs.progress(job)["done"] == 5
    (missing,) = job.items.filter(state="failed")
    assert (missing.name, missing.problem) == (
        f"{site.url}/missing", "The server answered 404 Not Found.",
    )  # fmt: skip


def test_pages_of_one_title_are_documents_of_their_own(acme, site):
    for number in range(2):
        site.put(f"/{number}", page("Help", f"Camels number {number}."))
    fetched(source_of(acme, sitemap(site, "/0", "/1"), "sitemap"))
    assert sorted(Document.objects.values_list("title", flat=True)) == [
        "Help", f"Help ({site.url}/1)",
    ]  # fmt: skip


def test_a_page_that_a_sitemap_lists_no_more_is_gone(acme, site):
    for number in range(2):
        site.put(f"/{number}", page(f"Page {number}", "Camels."))
    store_document(acme, title="Ours", url="", language="en", text="Stays.")
    source = source_of(acme, sitemap(site, "/0", "/1"), "sitemap")
    fetched(source)
    sitemap(site, "/1")
    fetched(source)
    assert sorted(Document.objects.values_list("title", flat=True)) == ["Ours", "Page 1"]


def test_what_robots_are_asked_to_leave_alone_is_left_alone(acme, site):
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\n", Content_Type="text/plain")
    site.put("/private", page("Private", "Nothing."))
    (item,) = fetched(source_of(acme, site.url + "/private")).items.all()
    assert "robots.txt" in item.problem
    assert site.times("/private") == 0


def test_a_source_is_fetched_again_when_it_is_due(acme, site):
    source = source_of(acme, site.put("/returns", page("Returns", "Within 30 days.")), every=24)
    fetched(source)
    source.refresh_from_db()
    assert source.next_at > timezone.now()
    assert jobs.fetch_due() == 0
    Source.objects.update(next_at=timezone.now())
    assert jobs.fetch_due() == 1
    jobs.work(30)
    assert Job.objects.filter(source=source).count() == 2


def test_a_fetch_that_is_under_way_is_not_begun_twice(acme, site):
    source = source_of(acme, site.url)
    assert jobs.fetch_source(source) == jobs.fetch_source(source)


def test_what_a_dead_worker_held_is_begun_anew_and_given_up_in_the_end(acme):
    job = jobs.take_files(acme, [("a.md", b"# One\n\nx")], language="en", by=None)
    later = timezone.now() + datetime.timedelta(seconds=jobs.HELD_SECONDS)
    JobItem.objects.update(taken_until=later, tries=1)
    assert jobs.work(5) == 0
    JobItem.objects.update(taken_until=timezone.now(), tries=jobs.TRIES)
    assert jobs.work(5) == 1
    job.refresh_from_db()
    assert job.ended_at
    assert "never ended" in job.items.get().problem


def test_searches_see_the_old_passages_until_the_new_ones_are_there(acme, monkeypatch):
    take(acme, a_md=b"# Returns\n\nWithin 30 days.")

    def broken(document):
        document.passages.all().delete()
        raise RuntimeError

    monkeypatch.setattr(jobs, "cut", broken)
    take(acme, b_md=b"# Returns\n\nWithin 60 days.")
    assert [one.text for one in Passage.objects.all()] == ["Within 30 days."]


def test_another_tenants_document_of_that_address_is_left_alone(acme, globex, site):
    url = site.put("/returns", page("Returns", "Within 30 days."))
    theirs = store_document(globex, title="Returns", url=url, language="en", text="Ours.")
    fetched(source_of(acme, url))
    theirs.refresh_from_db()
    assert theirs.text == "Ours."
    assert Document.objects.filter(tenant=acme).count() == 1
