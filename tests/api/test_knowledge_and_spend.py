"""Programs keep documents, have sources fetched, and read what was spent."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.usage import Usage
from chatbot.models import Document, Job, Source
from conversations.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
RETURNS = {"title": "Returns", "text": "# Returns\n\nThirty days.", "url": "https://a.example/r"}


def test_a_document_is_stored_found_replaced_and_deleted(program_of_cleo, acme, cleo):
    first = program_of_cleo.put("/documents", RETURNS).json()
    again = program_of_cleo.put("/documents", RETURNS | {"text": "Forty days."}).json()
    assert again["id"] == first["id"]
    document = Document.objects.get(tenant=acme)
    assert [one.text for one in document.passages.all()] == ["Forty days."]
    path = f"/documents/{document.pk}"
    assert program_of_cleo.get(path).json()["text"] == "Forty days."
    (listed,) = program_of_cleo.get("/documents").json()["items"]
    assert (listed["title"], "text" in listed) == ("Returns", False)
    assert program_of_cleo.delete(path).status_code == 204
    assert program_of_cleo.delete(path).status_code == 404
    assert not Document.objects.exists()
    audited = AuditEntry.objects.filter(details__by="API")
    assert {one.person for one in audited} == {cleo.username}
    assert len(audited) == 3


def test_a_source_is_fetched_once_at_a_time(program_of_cleo, acme):
    source = Source.objects.create(tenant=acme, url="https://a.example/map.xml", kind="sitemap")
    (listed,) = program_of_cleo.get("/sources").json()["items"]
    assert (listed["url"], listed["every_hours"]) == (source.url, 0)
    first, again = (program_of_cleo.post(f"/sources/{source.pk}/sync") for _ in range(2))
    assert (first.status_code, first.json()["id"]) == (202, again.json()["id"])
    job = program_of_cleo.get(f"/jobs/{Job.objects.get().pk}").json()
    assert (job["waiting"], job["all"], job["ended_at"]) == (1, 1, None)


def test_spending_is_the_ledgers_to_the_last_digit(program_of_cleo, acme, globex):
    price = factories.make_price()
    entries = [
        factories.make_ledger_entry(
            factories.answered(factories.make_conversation(tenant)), price, Usage(1234, 567)
        )
        for tenant in (acme, acme, globex)
    ]
    answer = program_of_cleo.get("/spend", by=["model", "day"]).json()
    assert Decimal(answer["amount"]) == entries[0].amount + entries[1].amount
    (line,) = answer["lines"]
    assert (line["model"], line["purpose"], line["calls"]) == ("demo-1", None, 2)
    assert line["amount"] == answer["amount"]
    later = timezone.localdate() + datetime.timedelta(days=40)
    empty = program_of_cleo.get("/spend", first=later, last=later).json()
    assert (empty["amount"], empty["lines"]) == ("0", [])


@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-02-02", "last": "2026-02-01"},
        {"first": "2020-02-02", "last": "2026-02-01"},
        {"first": "0001-01-01", "last": "0001-01-02"},
        {"by": "tenant"},
        {"first": "soon"},
    ],
    ids=["backwards", "long", "ancient", "key", "word"],
)
def test_a_period_that_is_none_is_a_problem(program_of_cleo, query):
    answer = program_of_cleo.get("/spend", **query)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
