"""The demo shop shows its help pages and carries the widget."""

import re

import pytest

from chatbot.demo.shop import open_shop, store_articles
from chatbot.knowledge.documents import documents_of
from chatbot.knowledge.ingest import store_document


@pytest.fixture
def shop(db):
    tenant = open_shop()
    store_articles(tenant)
    return tenant


def test_the_front_carries_the_widget_with_the_tenants_key(client, shop):
    page = client.get("/").content.decode()
    assert f'<script async src="/widget.js" data-key="{shop.public_key}"></script>' in page


def test_every_help_page_is_linked_and_opens(client, shop):
    front = client.get("/").content.decode()
    documents = documents_of(shop, "en") + documents_of(shop, "zh")
    assert len(documents) == 18
    for document in documents:
        assert f'href="{document.url}"' in front
        assert document.title in client.get(document.url).content.decode()


def test_a_table_is_shown_as_a_table(client, shop):
    assert "<td>3–5 working days</td>" in client.get("/help/delivery").content.decode()


def test_a_chinese_page_says_its_language(client, shop):
    assert '<html lang="zh">' in client.get("/help/returns-zh").content.decode()


def test_html_and_script_links_in_a_document_do_not_run(client, shop):
    text = "<script>alert(1)</script>\n\n[click](javascript:alert(1)) <img src=x onerror=alert(1)>"
    store_document(shop, title="Bad", url="/help/bad", language="en", text=text)
    page = client.get("/help/bad").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page


def test_a_document_elsewhere_or_of_another_tenant_is_not_shown(client, shop, globex):
    store_document(globex, title="Secret", url="/help/secret", language="en", text="No.")
    assert client.get("/help/secret").status_code == 404
    assert client.get("/help/nothing").status_code == 404


@pytest.mark.parametrize(("model", "said"), [("demo-1", True), ("gpt-6-luna", False)])
def test_the_demo_model_is_named_where_it_answers(client, shop, settings, model, said):
    settings.CHAT_MODEL = model
    page = client.get("/").content.decode()
    assert "demo shop" in page
    assert ("built-in demo model" in page) == said


@pytest.mark.django_db
def test_without_a_demo_tenant_the_front_says_where_the_admin_is(client):
    page = client.get("/").content.decode()
    assert 'href="/admin/"' in page
    assert "widget.js" not in page
    assert client.get("/help/delivery").status_code == 404


def test_nothing_on_the_page_is_inline_or_from_elsewhere(client, shop):
    for address in ("/", "/help/delivery"):
        page = client.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|//", page.lower())
