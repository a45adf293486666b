"""A citation leads to the passage at its place, on a page that may be shown."""

from urllib.parse import unquote

import pytest

from chatbot.engine.citations import cited
from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.search import find_passages
from chatbot.models import KnowledgePolicy, Passage

pytestmark = pytest.mark.django_db
LONG = "This sentence is here to fill the room. " * 10
TEXT = f"Intro. {LONG}\n\n## Boots\n\nBoots must not be worn outside. {LONG}"


def store(tenant, url="", text=TEXT):
    return store_document(tenant, title="Returns", url=url, language="en", text=text)


def place(tenant):
    return find_passages(tenant, "boots worn outside", 1)[0].place


def test_a_page_of_this_server_is_opened_at_the_passage(acme):
    store(acme, "/help/returns")
    assert place(acme) == "/help/returns#p2:~:text=Boots"


def test_a_page_of_the_web_is_opened_at_the_heading(acme):
    store(acme, "https://example.com/returns")
    assert place(acme) == "https://example.com/returns#:~:text=Boots"


def test_signs_that_mean_something_in_an_address_are_written_out(acme):
    store(acme, "https://example.com/returns")
    Passage.objects.update(heading="Try-on, size & fit")
    assert place(acme).endswith("#:~:text=Try%2Don%2C%20size%20%26%20fit")


def test_an_old_citation_finds_its_words_after_the_document_was_cut_another_way(acme, client):
    KnowledgePolicy.objects.create(tenant=acme, public=True)
    store(acme)
    path, _, fragment = place(acme).partition("#")
    store(acme, text=f"News first. {LONG}\n\n## More\n\nMore news. {LONG}\n\n{TEXT}")
    number, _, words = fragment.partition(":~:text=")
    page = client.get(path).text
    assert f"{unquote(words)}</h2>" in page
    assert f'id="{number}"' in page  # for browsers that know no text fragments
    assert place(acme) != f"{path}#{fragment}"


def test_an_address_with_a_place_of_its_own_stays_as_it_is(acme):
    store(acme, "https://example.com/faq#returns")
    assert place(acme) == "https://example.com/faq#returns"


def test_without_an_address_a_citation_is_no_link(acme):
    store(acme)
    assert place(acme) == ""


def test_a_tenant_may_have_a_page_here_for_everyone(acme, client):
    KnowledgePolicy.objects.create(tenant=acme, public=True)
    document = store(acme)
    assert place(acme) == f"/kb/{acme.slug}/{document.pk}#p2:~:text=Boots"
    page = client.get(place(acme))
    assert page.status_code == 200
    assert '<div class="stretch" id="p2">' in page.text
    assert page.text.index('id="p2"') < page.text.index("Boots must not") < len(page.text)


def test_the_citation_in_a_reply_leads_there(acme):
    store(acme, "/help/returns")
    found = find_passages(acme, "boots worn outside", 1)
    assert cited("Not outside. [1]", found)[0]["url"] == "/help/returns#p2:~:text=Boots"


def test_a_page_that_its_tenant_does_not_show_is_not_there(acme, client):
    document = store(acme)
    assert client.get(f"/kb/{acme.slug}/{document.pk}").status_code == 404


def test_a_page_is_found_under_its_own_tenant_only(acme, globex, client):
    KnowledgePolicy.objects.create(tenant=acme, public=True)
    KnowledgePolicy.objects.create(tenant=globex, public=True)
    document = store(acme)
    assert client.get(f"/kb/{globex.slug}/{document.pk}").status_code == 404


def test_a_document_with_an_address_has_no_second_page(acme, client):
    KnowledgePolicy.objects.create(tenant=acme, public=True)
    document = store(acme, "https://example.com/returns")
    assert client.get(f"/kb/{acme.slug}/{document.pk}").status_code == 404


def test_nothing_runs_on_a_page_whatever_the_document_says(acme, client):
    KnowledgePolicy.objects.create(tenant=acme, public=True)
    hostile = "<script>alert(1)</script> ![x](https://evil.example/x.png) [y](javascript:alert(1))"
    document = store(acme, text=hostile)
    page = client.get(f"/kb/{acme.slug}/{document.pk}")
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert 'href="javascript' not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_nothing_of_the_text_is_lost_between_the_passages(acme, client):
    KnowledgePolicy.objects.create(tenant=acme, public=True)
    document = store(acme, text="# Top\n\nOne.\n\n## Two\n\nThree.\n\n## Empty end\n")
    page = client.get(f"/kb/{acme.slug}/{document.pk}")
    assert all(word in page.text for word in ("Top", "One.", "Two", "Three.", "Empty end"))
