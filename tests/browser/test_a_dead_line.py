"""A line that is dead without saying so is noticed, and one that is not wanted stays closed."""

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS

NOTICED_MS = 30_000


def test_a_line_that_falls_silent_is_noticed_and_opened_again(live, page, visit):
    live.behave([{"match": "*", "text": "Here it is."}])
    lines = []

    def silent_once_ready(socket):
        lines.append(socket)
        silent = len(lines) == 1

        def to_browser(frame):
            if not silent or '"ready"' in frame:
                socket.send(frame)

        socket.connect_to_server().on_message(to_browser)

    page.route_web_socket("**/ws/visitor/", silent_once_ready)
    chat = visit(page).open()
    chat.say("Are you there?")
    expect(chat.answer()).to_contain_text("Here it is.", timeout=NOTICED_MS + PATIENCE_MS)
    assert len(lines) == 2


def test_a_line_that_is_refused_for_good_is_not_opened_again(live, page, visit):
    lines = []

    def refuse(socket):
        lines.append(socket)
        socket.close(code=4400)

    page.route_web_socket("**/ws/visitor/", refuse)
    chat = visit(page)
    chat.launcher.click()
    expect(chat.panel).to_contain_text("The chat is not available on this page.")
    page.wait_for_timeout(3000)
    assert len(lines) == 1
