"""Pages are fetched with bounds, and never from a network of ours."""

import zlib

import pytest

from chatbot.knowledge import fetching
from chatbot.knowledge.fetching import FetchFailed, fetch
from chatbot.knowledge.sitemaps import is_sitemap, listed
from tests.conversations.addresses import HOSTS
from tests.web import packed, running_site


@pytest.fixture
def site(settings):
    with running_site(settings) as running:
        yield running


def test_a_page_comes_with_its_charset_and_etag(site):
    url = site.put("/a", "Hello", ETag='"1"')
    page = fetch(url)
    assert (page.content, page.charset, page.etag) == (b"Hello", "utf-8", '"1"')


def test_we_say_who_we_are(site, settings):
    fetch(site.put("/a", "Hello"))
    assert site.asked[0][1]["User-Agent"] == f"Counterfoil/1.0 (+{settings.PUBLIC_URL})"


def test_a_page_that_is_as_it_was_comes_without_content(site):
    url = site.put("/a", "Hello", ETag='"1"')
    assert fetch(url, '"1"').unchanged


def test_redirects_are_followed(site):
    site.put("/b", "Hello")
    assert fetch(site.put("/a", "", 302, Location="/b")).url == site.url + "/b"


def test_an_address_in_chinese_is_asked_for(site):
    site.put("/%E9%80%80%E8%B4%A7?a=%20b", "Hello")
    assert fetch(f"{site.url}/退货?a=%20b").content == b"Hello"


def test_redirects_in_a_circle_end(site):
    with pytest.raises(FetchFailed, match="more than 5 times"):
        fetch(site.put("/a", "", 302, Location="/a"))


OTHERS = [host for host in HOSTS if host.strip() != "127.0.0.1"]


@pytest.mark.parametrize("host", [*OTHERS, "169.254.169.254", "10.0.0.1"])
def test_a_redirect_does_not_lead_inside(site, no_dns, host):
    """The site itself may be fetched, under the one name that the operator gave it."""
    site.put("/secret", "secret")
    port = site.place.partition(":")[2]
    url = site.put("/a", "", 302, Location=f"http://{host}:{port}/secret")
    with pytest.raises(FetchFailed):
        fetch(url)
    assert site.times("/secret") == 0


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.com/", "gopher://x/"])
def test_a_redirect_leads_to_the_web_only(site, target):
    with pytest.raises(FetchFailed, match="no address of the web"):
        fetch(site.put("/a", "", 302, Location=target))


def test_nothing_inside_is_fetched_that_the_operator_has_not_named(site, settings):
    settings.FETCH_INSIDE = []
    with pytest.raises(FetchFailed, match="not on the public internet"):
        fetch(site.put("/a", "Hello"))
    assert site.asked == []


@pytest.mark.parametrize(("status", "gone"), [(404, True), (410, True), (403, False), (500, False)])
def test_an_error_says_its_status(site, status, gone):
    with pytest.raises(FetchFailed, match=f"answered {status}") as caught:
        fetch(site.put("/a", "no", status))
    assert caught.value.gone == gone


def test_a_page_that_is_too_large_is_refused(site, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    with pytest.raises(FetchFailed, match="larger than"):
        fetch(site.put("/a", "x" * 2000))


def test_a_packed_page_is_unpacked(site):
    assert fetch(site.put("/a", packed("Hello"), Content_Encoding="gzip")).content == b"Hello"


def test_a_packed_page_that_unpacks_to_far_more_is_refused(site):
    bomb = zlib.compress(b"0" * 20 * 2**20)
    with pytest.raises(FetchFailed, match="larger than"):
        fetch(site.put("/a", bomb, Content_Encoding="deflate"))


def test_a_page_that_drips_is_not_waited_for(site, monkeypatch):
    monkeypatch.setattr(fetching, "WHOLE_SECONDS", 0.3)
    site.drip = 0.05
    with pytest.raises(FetchFailed):
        fetch(site.put("/a", "x" * 1000))


def test_a_sitemap_lists_pages_of_its_own_site_once():
    sitemap = (
        b"<?xml version='1.0'?><urlset><url><loc> https://www.example.com/a?x=1&amp;y=2</loc></url>"
        b"<url><loc><![CDATA[https://example.com/b]]></loc></url><url><loc>/a</loc></url>"
        b"<url><loc>https://example.com/b</loc></url><url><loc>https://evil.example/c</loc></url>"
        b"</urlset>"
    )
    assert is_sitemap(sitemap)
    assert listed(sitemap, "https://example.com/sitemap.xml") == [
        "https://www.example.com/a?x=1&y=2",
        "https://example.com/b",
        "https://example.com/a",
    ]


def test_a_packed_sitemap_is_read():
    content = packed("<urlset><url><loc>https://example.com/a</loc></url></urlset>")
    assert listed(content, "https://example.com/sitemap.xml.gz") == ["https://example.com/a"]
