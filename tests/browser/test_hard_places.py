"""The chat works where storage, sockets or scripts of strangers are not allowed."""

from playwright.sync_api import expect

from conversations.models import Message, VisitorSession
from tests.browser.chat import PATIENCE_MS, Chat

NO_STORAGE = """for (const name of ['localStorage', 'sessionStorage']) {
  Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });
}"""
# What a proxy does that does not know sockets.
NO_SOCKETS = """window.tried = 0;
window.WebSocket = class {
  constructor() { window.tried++; setTimeout(() => this.onclose({ code: 1006 })); }
  send() {}
  close() {}
};"""


def test_without_storage_a_talk_lasts_as_long_as_the_page(live, page, visit):
    live.behave([{"match": "*", "text": "Within 30 days."}])
    page.add_init_script(NO_STORAGE)
    chat = visit(page)
    chat.launcher.click()
    expect(chat.log).to_contain_text("Hello", timeout=PATIENCE_MS)
    chat.say("How long?")
    chat.wait_for("Within 30 days.")
    assert VisitorSession.objects.count() == 1


def test_without_sockets_the_same_frames_come_as_a_stream(live, page, visit):
    live.behave([{"match": "*", "tokens": 60, "token_ms": 20}])
    page.add_init_script(NO_SOCKETS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    chat = visit(page)
    chat.launcher.click()
    expect(chat.log.get_by_role("button").first).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("window.tried") == 2
    chat.say("Tell me")
    chat.wait_for("word5")
    page.context.set_offline(True)
    expect(chat.panel).to_contain_text("You are offline")
    page.context.set_offline(False)
    chat.wait_for("word60")
    words = chat.answer().locator(".body").inner_text().split()
    assert words == [f"word{number}" for number in range(1, 61)]
    assert Message.objects.filter(role="visitor").count() == 1
    assert any("GET" in one and "/widget/stream?after=" in one for one in asked)


def test_a_site_that_allows_only_frames_shows_the_page_in_one(live, page, site, tenant):
    live.behave([{"match": "*", "text": "Within 30 days."}])
    frame = f'<iframe title="Chat" src="{live.url}/c/{tenant.public_key}/"></iframe>'
    policy = f"default-src 'none'; frame-src {live.url}"
    page.goto(site.publish("/", frame, {"Content-Security-Policy": policy}))
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("log")).to_contain_text("Hello", timeout=PATIENCE_MS)
    box = inside.get_by_role("textbox")
    box.fill("How long?")
    box.press("Enter")
    expect(inside.get_by_role("article").last).to_contain_text("30 days", timeout=PATIENCE_MS)


def test_the_browser_chooses_the_language_where_the_page_has_none(live, browser, site, visit):
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    chat = visit(page, head="<script>document.documentElement.lang = ''</script>")
    chat.launcher.click()
    expect(Chat(page).panel.get_by_role("textbox", name="メッセージを入力")).to_be_visible(
        timeout=PATIENCE_MS
    )
    context.close()
