"""What counts as a yes, and how what would be done is said."""

import pytest

from chatbot.models import Tool
from chatbot.tools.confirming import in_words, says_yes


@pytest.mark.parametrize(
    "text",
    [
        *("Yes, do it", "yes!", " OK ", "ＹＥＳ", "Yes please.", "confirm"),
        *("是的。", "是的，请办理", "好的", "确认！", "Sí", "Oui.", "はい", "نعم", "Ja"),
    ],
)
def test_a_whole_message_of_yes_counts(text):
    assert says_yes(text)


@pytest.mark.parametrize(
    "text", ["", "No", "yes and no", "yesterday", "do not do it", "不", "不是的", "yes?no", "👍 no"]
)
def test_nothing_else_does(text):
    assert not says_yes(text)


def test_every_argument_is_shown_and_none_twice():
    tool = Tool(label="Cancel", question="Cancel order {order}")
    assert in_words(tool, {"order": "A-1"}) == "Cancel order A-1"
    said = in_words(tool, {"order": "A-1", "refund_to": {"iban": "X"}})
    assert said == 'Cancel order A-1 (refund_to {"iban":"X"})'
    assert in_words(Tool(label="Close account"), {}) == "Close account"
