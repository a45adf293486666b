"""What managers write on the knowledge page is what the bot finds, and only theirs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.search import find_passages
from chatbot.models import Document, Passage
from tests.billing.spending import signed_in
from tests.chatbot.admin_forms import filled, saved

pytestmark = pytest.mark.django_db
LIST = "/admin/chatbot/document/"
ADD = f"{LIST}add/"
RETURNS = "You can return anything within 30 days.\n\n## Boots\n\nBoots must not be worn outside."


@pytest.fixture
def returns(acme):
    return store_document(acme, title="Returns", url="", language="en", text=RETURNS)


def page_of(document):
    return reverse("admin:chatbot_document_change", args=[document.pk])


def found(tenant, question):
    return [passage.title for passage in find_passages(tenant, question, 5)]


def test_a_new_document_is_found_at_once(acme, cleo):
    response = saved(signed_in(cleo), ADD, title="Returns", text=RETURNS)
    assert response.status_code == 302
    assert found(acme, "Can I return boots?") == ["Returns"]


def test_the_only_tenant_is_chosen_already(acme, cleo):
    assert filled(signed_in(cleo), ADD)["tenant"] == acme.pk


def test_a_new_text_takes_the_place_of_the_old(acme, cleo, returns):
    saved(signed_in(cleo), page_of(returns), text="Refunds arrive within a week.")
    assert found(acme, "refund") == ["Returns"]
    assert found(acme, "boots worn outside") == []


def test_a_new_title_renames_the_document(acme, cleo, returns):
    saved(signed_in(cleo), page_of(returns), title="Sending things back")
    assert Document.objects.get().pk == returns.pk
    assert set(found(acme, "boots")) == {"Sending things back"}


def test_a_title_that_is_taken_is_refused_and_the_text_stays(acme, cleo, returns):
    response = saved(signed_in(cleo), ADD, title="Returns", text="Something long.")
    assert response.status_code == 200
    assert "already exists" in response.text
    assert "Something long." in response.text
    assert Document.objects.get().text == RETURNS


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example/", "www.example.com"])
def test_an_address_that_no_citation_could_link_to_is_refused(cleo, url):
    response = saved(signed_in(cleo), ADD, title="Returns", text=RETURNS, url=url)
    assert "Begin with https://" in response.text
    assert not Document.objects.exists()


@pytest.mark.parametrize("url", ["https://example.com/returns", "/help/returns", ""])
def test_a_page_on_the_web_or_of_this_server_is_taken(cleo, url):
    saved(signed_in(cleo), ADD, title="Returns", text=RETURNS, url=url)
    assert Document.objects.get().url == url


def test_a_page_that_was_open_while_somebody_else_saved_can_still_be_saved(cleo, returns):
    client = signed_in(cleo)
    mine = filled(client, page_of(returns))
    saved(client, page_of(returns), text="Theirs.")
    response = client.post(page_of(returns), mine | {"text": "Mine."})
    assert response.status_code == 302
    assert [passage.text for passage in Passage.objects.all()] == ["Mine."]


def test_a_deleted_document_is_not_found(acme, cleo, returns):
    signed_in(cleo).post(
        reverse("admin:chatbot_document_delete", args=[returns.pk]), {"post": "yes"}
    )
    assert found(acme, "boots") == []


def test_the_page_shows_the_passages(cleo, returns):
    page = signed_in(cleo).get(page_of(returns))
    assert "Passages, as the bot finds them" in page.text
    assert page.text.count("Boots must not be worn outside.") == 2  # in the text and its passage


def test_staff_read_and_do_not_write(ben, returns):
    client = signed_in(ben)
    assert "30 days" in client.get(page_of(returns)).text
    assert client.post(page_of(returns), {"title": "X", "text": "X"}).status_code == 403
    returns.refresh_from_db()
    assert returns.title == "Returns"


def test_mallory_cannot_put_a_document_into_acme(acme, mallory):
    form = {"tenant": acme.pk, "title": "Lies", "language": "en", "text": "No returns."}
    response = signed_in(mallory).post(ADD, form)
    assert "Select a valid choice" in response.text
    assert not Document.objects.exists()


def test_a_document_stays_with_its_tenant(globex, mallory, acme):
    document = store_document(globex, title="Ours", url="", language="en", text="Ours.")
    saved(signed_in(mallory), page_of(document), tenant=acme.pk)
    document.refresh_from_db()
    assert document.tenant == globex


def test_the_list_takes_the_same_number_of_queries_however_long_it_is(acme, cleo, returns):
    client = signed_in(cleo)
    few = queries_of(client)
    for number in range(6):
        store_document(acme, title=f"{number}", url="", language="en", text=RETURNS)
    assert queries_of(client) == few


def queries_of(client):
    client.get(LIST)  # the session and the content types are known from here on
    with CaptureQueriesContext(connection) as captured:
        assert client.get(LIST).status_code == 200
    return len(captured)
