"""The demo model's summary keeps what the visitor told, word for word, and nothing else."""

from chatbot.demo_model.answers import answer
from chatbot.demo_model.prompt_reading import read_prompt
from chatbot.demo_model.summaries import MOST_WORDS
from chatbot.engine.scaffold import SUMMARY_RULES, talk_message


def sum_up(*said: tuple[str, str], before: str = "") -> list[str]:
    """The lines of the summary of this talk."""
    messages = [("system", SUMMARY_RULES), ("user", talk_message(before, said))]
    return answer(read_prompt(messages)).splitlines()


def test_what_a_visitor_tells_is_a_line_as_it_was_said() -> None:
    lines = sum_up(("user", "Hi! My order is <A-7> & it is late. 我的鞋码是42。"))
    assert lines == ["- My order is <A-7> & it is late.", "- 我的鞋码是42。"]


def test_what_was_asked_is_named_and_what_was_answered_left_out() -> None:
    lines = sum_up(("user", "How long do returns take?"), ("assistant", "30 days. [1]"))
    assert lines == ["? How long do returns take?"]


def test_an_earlier_summary_goes_on_in_the_next() -> None:
    before = "- My size is 42.\n? Where is it?"
    lines = sum_up(("user", "My size is 42. I live in Fulda."), before=before)
    assert lines == ["- My size is 42.", "- I live in Fulda.", "? Where is it?"]


def test_a_summary_that_is_too_long_loses_questions_first_and_then_the_oldest() -> None:
    told = [("user", f"My thing number {number} is {'so ' * 20}good.") for number in range(20)]
    lines = sum_up(("user", "How long?"), *told)
    assert not any(line.startswith("?") for line in lines)
    assert "number 19 " in lines[-1]
    assert not any("number 0 " in line for line in lines)
    assert sum(len(line.split()) for line in lines) <= MOST_WORDS


def test_the_name_and_other_things_of_the_visitor_are_known_from_a_summary() -> None:
    def ask(question: str) -> str:
        said = "<summary>\n- My name is Ada.\n- My shoe size is 42.\n</summary>\n\nHello"
        return answer(
            read_prompt([("user", said), ("user", f"<question>\n{question}\n</question>")])
        )

    assert ask("What is my name?") == "Your name is Ada."
    assert ask("What was my shoe size?") == "You told me: “My shoe size is 42.”"
    assert "don't know" in ask("What was my hat size?")
