"""The labelled questions that ship with the tests."""

import tomllib
from dataclasses import dataclass

from chatbot.boot.paths import ROOT

SET = ROOT / "tests" / "knowledge" / "questions.toml"


@dataclass(frozen=True)
class Question:
    """What is asked, and where the answer stands; nowhere, where `page` is empty.

    `held_out` ones were written before search was tuned, and never tuned by.
    """

    language: str
    ask: str
    page: str = ""
    says: str = ""
    held_out: bool = False

    @property
    def url(self) -> str:
        """The address of the page that answers."""
        return f"/help/{self.page}" + ("" if self.language == "en" else f"-{self.language}")


def read_set() -> list[Question]:
    """The questions, in the order of the file."""
    return [Question(**one) for one in tomllib.loads(SET.read_text("utf-8"))["question"]]
