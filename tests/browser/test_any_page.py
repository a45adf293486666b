"""The widget works on pages that make it hard, and leaves them alone."""

import pytest
from playwright.sync_api import expect

from conversations.models import VisitorSession
from tests.browser.chat import PATIENCE_MS

HOSTILE = """<style>
* { display: none !important; color: red !important; font: 40px cursive !important;
    position: static !important; visibility: hidden !important; opacity: 0 !important; }
button, textarea { transform: scale(0) !important; pointer-events: none !important; }
html, body { display: block !important; visibility: visible !important; opacity: 1 !important; }
script { display: none !important; }
cx-chat { all: unset !important; width: 0 !important; z-index: -1 !important; }
</style>"""
# Nothing inline, no strings as code, no HTML from strings; only the chat's own server.
POLICY = (
    "default-src 'none'; script-src {server}; connect-src {server} {socket}; style-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def talk(live, page, chat):
    live.behave([{"match": "*", "text": "Within **30 days**, see https://shop.example/returns."}])
    chat.open()
    chat.say("How long do returns take?")
    expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.answer().get_by_role("link")).to_be_visible()


def test_styles_of_the_page_stay_outside(live, page, visit):
    chat = visit(page, head=HOSTILE)
    talk(live, page, chat)
    size = chat.launcher.bounding_box()
    assert size
    assert (size["width"], size["height"]) == (56, 56)
    assert size["x"] + 56 == 1280 - 20
    style = chat.answer().locator(".body").evaluate("one => getComputedStyle(one).fontSize")
    assert style == "15px"


def test_a_strict_policy_of_the_page_is_kept(live, page, visit):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    policy = POLICY.format(server=live.url, socket=live.url.replace("http", "ws"))
    chat = visit(page, headers={"Content-Security-Policy": policy})
    talk(live, page, chat)
    assert [text for text in complaints if "Security Policy" in text or "Trusted" in text] == []
    background = chat.panel.evaluate("one => getComputedStyle(one).backgroundColor")
    assert background == "rgb(255, 255, 255)"


def test_nothing_is_fetched_or_stored_before_the_visitor_turns_to_it(live, page, visit):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    chat = visit(page)
    expect(chat.launcher).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.startswith(live.url)] == [f"{live.url}/widget.js"]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.context.cookies() == []
    assert not VisitorSession.objects.exists()


def test_a_talk_stores_no_cookie(live, page, visit):
    talk(live, page, visit(page))
    assert page.context.cookies() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_site_chooses_the_look(live, page, visit, scheme):
    chat = visit(page, theme=scheme, position="start", color="#ffd400", title="Ask us").open()
    assert chat.panel.get_by_role("heading").inner_text() == "Ask us"
    box = chat.launcher.bounding_box()
    assert box
    assert box["x"] == 20
    paper = chat.panel.evaluate("one => getComputedStyle(one).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 25, 28)"}[scheme]


def test_calls_before_the_widget_is_there_are_kept(live, page, visit):
    stub = """<script>
      window.Cx = window.Cx || function () { (Cx.q = Cx.q || []).push(arguments); };
      Cx('on', 'message:sent', (event) => { window.sent = event.detail.text; });
      Cx('open'); Cx('send', 'Hello from the page');
    </script>"""
    chat = visit(page, head=stub)
    expect(chat.panel).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.messages.first).to_contain_text("Hello from the page", timeout=PATIENCE_MS)
    assert page.evaluate("window.sent") == "Hello from the page"
    page.evaluate("Cx('destroy')")
    expect(chat.launcher).to_have_count(0)


def test_a_site_that_is_not_allowed_is_told(live, tenant, page, visit):
    tenant.allowed_origins = []
    tenant.save()
    chat = visit(page)
    chat.launcher.click()
    expect(chat.panel).to_contain_text("The chat is not available on this page.")


def test_a_widget_that_did_not_load_can_be_tried_again(live, page, visit):
    page.route("**/core.js*", lambda route: route.abort(), times=2)
    chat = visit(page)
    chat.launcher.click()
    expect(chat.launcher).to_have_accessible_name("The chat did not load. Try again.")
    chat.launcher.click()
    expect(chat.panel).to_be_visible()
    expect(chat.launcher).to_have_accessible_name("Chat")
