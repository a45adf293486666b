"""Who waits for a worker sees how many are served before."""

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.waiting import no_worker


def test_the_place_is_shown_until_the_first_word(live, page, visit):
    live.behave([{"match": "*", "text": "Here it is."}])
    first = visit(page).open()
    context = page.context.browser.new_context()
    second = visit(context.new_page()).open()
    with no_worker(live):
        first.say("I was first")
        expect(first.messages).to_have_count(2, timeout=PATIENCE_MS)
        second.say("And I second")
        expect(first.answer()).to_contain_text("You are next", timeout=PATIENCE_MS)
        expect(second.answer()).to_contain_text("Before you: 1", timeout=PATIENCE_MS)
        second.announced("Before you: 1")
        second.page.reload()
        second.open()
        expect(second.answer()).to_contain_text("Before you: 1", timeout=PATIENCE_MS)
    for chat in (first, second):
        chat.wait_for("Here it is.")
        expect(chat.log).not_to_contain_text("You are next")
        expect(chat.log).not_to_contain_text("Before you")
    context.close()


def test_nothing_jumps_when_the_sentence_comes_and_goes(live, page, visit):
    live.behave([{"match": "*", "first_token_ms": 50, "token_ms": 200, "tokens": 40}])
    chat = visit(page).open()
    heights = []

    def measure():
        box = chat.answer().bounding_box()
        assert box
        heights.append(box["height"])

    with no_worker(live):
        chat.say("How tall are you?")
        expect(chat.answer().get_by_label("Writing an answer")).to_be_visible(timeout=PATIENCE_MS)
        measure()
        expect(chat.answer()).to_contain_text("You are next", timeout=PATIENCE_MS)
        measure()
    chat.wait_for("word1")
    measure()
    assert max(heights) - min(heights) < 1, heights
    chat.stop.click()
