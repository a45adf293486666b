"""What the library needs is done in time, and by one worker."""

import pytest

from chatbot.knowledge import tending
from chatbot.knowledge.ingest import CUT_VERSION, store_document
from chatbot.knowledge.jobs import take_files
from chatbot.models import Document, Passage, UnansweredQuestion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def free():
    tending._give_way()
    yield
    tending._give_way()


def store(tenant):
    return store_document(tenant, title="Returns", url="", language="en", text="30 days.")


def test_what_waits_is_taken_in_and_questions_are_grouped(acme):
    take_files(acme, [("a.md", b"# Returns\n\n30 days.")], language="en", by=None)
    question = UnansweredQuestion.objects.create(tenant=acme, text="Do you rent tents?")
    tending.tend()
    question.refresh_from_db()
    assert question.group == question
    assert Document.objects.get().title == "Returns"


def test_what_was_cut_another_way_is_cut_again(acme):
    document = store(acme)
    Passage.objects.update(begin=7, end=7)
    Document.objects.update(cut_with=CUT_VERSION - 1)
    tending.tend()
    passage = document.passages.get()
    assert (passage.begin, passage.end) == (0, 8)


def test_only_one_worker_does_what_two_would_pay_for_twice(acme, monkeypatch):
    called = []
    monkeypatch.setattr(tending, "place_passages", lambda: called.append(1) or 0)
    assert tending._alone()
    tending.tend()
    assert called == []
    tending._give_way()
    tending.tend()
    assert called == [1]
