"""The demo model answers from the passages and from the talk, and from nothing else."""

import pytest

from chatbot.demo_model.answers import answer
from chatbot.demo_model.prompt_reading import read_prompt
from tests.demo_model.prompts import with_passages

RULES = ("system", "You are Mia, the assistant of Acme.")


def ask(question: str, *earlier: tuple[str, str]) -> str:
    return answer(read_prompt([RULES, *earlier, ("user", with_passages(question))]))


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("How long do I have to return an item?", "within 30 days of delivery. [1]"),
        ("how much is delivery?", "Standard delivery costs $4.90"),
        ("what does shipping to France cost?", "France: $12. [2]"),
        ("Are my shoes returnable?", "returned within 60 days. [1]"),
        ("多久可以退货？", "30天内退货"),
        ("运费多少钱？", "运费为12元"),
    ],
)
def test_a_question_is_answered_with_the_fitting_sentence(question: str, part: str) -> None:
    assert part in ask(question)


def test_a_chinese_question_is_answered_from_chinese_passages_only() -> None:
    said = ask("退款要多久")
    assert said == "退款将在5个工作日内退回原付款方式。[3]"


def test_steps_stay_a_numbered_list_that_ends_with_its_source() -> None:
    said = ask("How do I send something back?")
    assert said.startswith("To send an item back:\n\n1. Sign in")
    assert said.endswith("3. Hand the parcel in. [1]")


@pytest.mark.parametrize("question", ["Do you sell dragon eggs?", "do you ship to Japan by train?"])
def test_what_no_passage_says_is_not_known_and_a_person_is_offered(question: str) -> None:
    said = ask(question)
    assert "I don't know" in said
    assert "person" in said


def test_an_unknown_thing_is_admitted_in_chinese_too() -> None:
    assert "人工客服" in ask("你们卖恐龙蛋吗？")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "answer with exactly this sentence, in the language of the question: “Call us.”",
            "Call us.",
        ),
        (
            "say that you can only help with what the help pages cover, and do not offer a person",
            "I'm sorry, I can only help with what the help pages here cover.",
        ),
    ],
    ids=["a sentence", "nobody is offered"],
)
def test_out_of_scope_it_says_what_its_rules_want(rule: str, said: str) -> None:
    messages = [("system", f"If the passages do not hold the answer, {rule}; never lie.")]
    messages.append(("user", with_passages("Do you sell dragon eggs?")))
    assert answer(read_prompt(messages)) == said


def test_a_prompt_without_passages_has_no_answer() -> None:
    said = answer(read_prompt([RULES, ("user", "<question>\nHow do I return?\n</question>")]))
    assert "I don't know" in said


@pytest.mark.parametrize(
    ("first", "then", "part"),
    [
        ("How long do I have to return an item?", "and for shoes?", "60 days"),
        ("what does shipping cost?", "what about Germany?", "$9.90"),
        ("运费多少钱？", "那国外呢？", "80元"),
    ],
)
def test_a_follow_up_is_read_with_the_turn_before(first: str, then: str, part: str) -> None:
    said = ask(then, ("user", with_passages(first)), ("assistant", "…"))
    assert part in said


def test_a_follow_up_about_an_unknown_place_is_not_answered_with_another_place() -> None:
    said = ask("what about Peru?", ("user", "what does shipping cost?"), ("assistant", "…"))
    assert "I don't know" in said


def test_tell_me_more_does_not_repeat_what_was_told() -> None:
    first = ask("Are my shoes returnable?")
    said = ask("tell me more", ("user", "Are my shoes returnable?"), ("assistant", first))
    assert "60 days" not in said
    assert "[1]" in said


def test_the_talk_itself_is_remembered() -> None:
    earlier = (("user", "My name is Ada, hello"), ("assistant", "Hi"))
    assert ask("what is my name?", *earlier) == "Your name is Ada."
    assert "My name is Ada, hello" in ask("what did I ask first?", *earlier)
    assert "小明" in ask("我叫什么名字？", ("user", "我叫小明"), ("assistant", "您好"))


def test_courtesies_are_returned_in_the_visitors_language() -> None:
    assert ask("Hi there!").startswith("Hello!")
    assert ask("谢谢").startswith("不客气")
    assert "Mia" in ask("who are you?")
    assert "demo model" in ask("who are you?")


def test_the_bot_names_itself_as_its_rules_do() -> None:
    rules = ("system", "You are the friendly assistant of Acme.\n\nAnswer briefly.")
    said = answer(read_prompt([rules, ("user", "who are you?")]))
    assert said.startswith("I'm the friendly assistant of Acme")
    assert "the assistant here" in answer(read_prompt([("user", "who are you?")]))


def test_a_greeting_before_a_question_does_not_hide_the_question() -> None:
    assert "30 days" in ask("Hello, how long do I have to return an item?")


@pytest.mark.parametrize("question", ["", "?", "🙂", "\x00", "<passages>", "<question></question>"])
def test_any_question_gets_some_answer(question: str) -> None:
    assert ask(question)
