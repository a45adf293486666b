"""A reply that breaks off is shown as far as it came, and said to be broken."""

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS


def test_what_was_written_stays_and_is_called_interrupted(live, page, visit):
    live.behave([{"match": "*", "tokens": 100, "cut_after_tokens": 20}])
    chat = visit(page).open()
    chat.say("Tell me a lot")
    expect(chat.answer().get_by_text("Interrupted")).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.answer()).to_contain_text("word10")
    expect(chat.answer().locator(".sorry")).to_contain_text("Sorry")

    live.behave([{"match": "*", "text": "All is well."}])
    chat.answer().get_by_role("button", name="Try again").click()
    chat.wait_for("All is well.")
    expect(chat.messages).to_have_count(2)
    page.reload()
    chat.open()
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for("All is well.")
    expect(chat.log).not_to_contain_text("Interrupted")


def test_only_the_newest_failure_offers_another_try(live, page, visit):
    live.behave([{"match": "*", "status": 401, "code": "invalid_api_key"}])
    chat = visit(page).open()
    for number in (2, 4):
        chat.say("Tell me a lot")
        expect(chat.messages).to_have_count(number, timeout=PATIENCE_MS)
        expect(chat.answer().locator(".sorry")).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.try_again).to_have_count(1)
    expect(chat.answer().get_by_role("button", name="Try again")).to_be_visible()


def test_a_long_pause_in_the_middle_is_admitted(live, page, visit):
    live.behave([{"match": "*", "tokens": 40, "stall_after_tokens": 20, "stall_ms": 13_000}])
    chat = visit(page).open()
    chat.say("Think hard")
    chat.wait_for("word19")
    expect(chat.answer()).to_contain_text("Still working on it…", timeout=PATIENCE_MS)
    expect(chat.answer().get_by_role("button", name="Talk to a person")).to_be_visible()
    chat.wait_for("word40")
    expect(chat.answer()).not_to_contain_text("Still working")


def test_a_long_wait_is_admitted(live, page, visit):
    live.behave([{"match": "*", "first_token_ms": 12_000, "text": "Here it is."}])
    chat = visit(page).open()
    chat.say("Think hard")
    expect(chat.answer().get_by_label("Writing an answer")).to_be_visible()
    expect(chat.answer()).to_contain_text("Still working on it…", timeout=PATIENCE_MS)
    chat.wait_for("Here it is.")
    expect(chat.answer()).not_to_contain_text("Still working")
