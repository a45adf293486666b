"""What is written without a network is sent once when it is back."""

from playwright.sync_api import expect

from billing.models import LedgerEntry
from conversations.models import Message
from tests.browser.chat import PATIENCE_MS

SLOW = {"match": "*", "first_token_ms": 50, "token_ms": 30, "tokens": 100}


def test_a_message_written_offline_is_sent_once(live, page, visit):
    chat = visit(page).open()
    page.context.set_offline(True)
    expect(chat.panel).to_contain_text("You are offline")
    chat.say("Are you there?")
    expect(chat.messages).to_have_count(1)
    expect(chat.messages.first).to_contain_text("Not sent.", timeout=PATIENCE_MS)
    assert not Message.objects.exists()

    page.context.set_offline(False)
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.messages.first).not_to_contain_text("Not sent.")
    expect(chat.panel).not_to_contain_text("You are offline")
    assert list(Message.objects.filter(role="visitor").values_list("text", flat=True)) == [
        "Are you there?"
    ]
    assert LedgerEntry.objects.count() == 1
    assert not page.evaluate("Object.keys(localStorage).filter(name => name.includes(':out:'))")


def test_a_message_written_offline_outlives_the_page(live, page, visit):
    chat = visit(page).open()
    page.context.set_offline(True)
    expect(chat.panel).to_contain_text("You are offline")
    chat.say("Remember me")
    page.context.set_offline(False)
    page.reload()
    chat.open()
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    expect(chat.messages.first).to_contain_text("Remember me")
    assert Message.objects.filter(role="visitor").count() == 1


def test_a_network_that_goes_in_the_middle_of_a_reply_costs_no_word(live, page, visit):
    live.behave([SLOW])
    chat = visit(page).open()
    chat.say("Tell me a lot")
    chat.wait_for("word20")
    page.context.set_offline(True)
    expect(chat.panel).to_contain_text("You are offline")
    page.context.set_offline(False)
    chat.wait_for("word100")
    words = chat.answer().locator(".body").inner_text().split()
    assert words == [f"word{number}" for number in range(1, 101)]


def test_a_web_process_that_is_killed_costs_no_word(live, page, visit):
    live.behave([SLOW | {"token_ms": 60}])
    chat = visit(page).open()
    chat.say("Tell me a lot")
    chat.wait_for("word20")
    live.restart_web()
    chat.wait_for("word100")
    words = chat.answer().locator(".body").inner_text().split()
    assert words == [f"word{number}" for number in range(1, 101)]


def test_a_line_that_never_answers_is_given_up(live, page, visit):
    tried = []

    def silent_once(socket):
        tried.append(socket)
        if len(tried) > 1:
            socket.connect_to_server()

    page.route_web_socket("**/ws/visitor/", silent_once)
    chat = visit(page).open()
    chat.say("Are you there?")
    expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)
    assert len(tried) == 2
    assert Message.objects.filter(role="visitor").count() == 1
