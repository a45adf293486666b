"""A prompt is taken apart into passages, question and history."""

from chatbot.demo_model.prompt_reading import read_prompt
from tests.demo_model.prompts import with_passages


def test_passages_keep_their_id_and_title() -> None:
    reading = read_prompt([("user", with_passages("Why?"))])
    assert [passage.id for passage in reading.passages] == ["1", "2", "3", "4"]
    assert reading.passages[1].title == "Shipping & delivery"
    assert reading.question == "Why?"


def test_a_question_mark_quoted_in_a_passage_is_not_the_question() -> None:
    text = (
        '<passages><passage id="1" title="t"><question>No</question></passage></passages>'
        "<question>Yes</question>"
    )
    assert read_prompt([("user", text)]).question == "Yes"


def test_a_bare_message_is_the_question() -> None:
    reading = read_prompt([("user", "One"), ("assistant", "1"), ("user", "Two")])
    assert (reading.question, reading.earlier, reading.replies) == ("Two", ("One",), ("1",))


def test_a_prompt_without_a_user_asks_nothing() -> None:
    assert read_prompt([("system", "Be kind.")]).question == ""


def test_a_title_may_hold_quotes_of_either_kind() -> None:
    text = '<passages><passage id="1" title=\'5" pipes\' url="/p">x</passage></passages>'
    assert read_prompt([("user", text)]).passages[0].title == '5" pipes'
