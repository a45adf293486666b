"""The widget speaks eight languages, every sentence of them."""

import json
import re

import pytest

from chatbot.boot.widget import SOURCE

CATALOGUES = SOURCE / "locales"
OTHERS = re.search(r"OTHERS = \[(.*)\]", (SOURCE / "strings.js").read_text())
LANGUAGES = re.findall(r"'(\w+)'", OTHERS[1])
# Words that are alike in both languages.
SAME = {"Menu", "{} de 5"}


def read(name):
    """The catalogue of this name."""
    return json.loads((CATALOGUES / f"{name}.json").read_text("utf-8"))


def test_there_are_eight_with_the_ones_that_were_asked_for():
    assert len(LANGUAGES) + 1 == 8
    assert {"zh", "ar", "es"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["", "more/"])
def test_no_sentence_is_missing_or_left_in_english(language, part):
    english, other = read(f"{part}en"), read(f"{part}{language}")
    assert list(other) == list(english)
    for name, text in english.items():
        assert other[name].strip(), name
        assert other[name].count("{}") == text.count("{}"), name
        assert other[name] != text or text in SAME, name


def test_every_sentence_that_the_source_asks_for_is_there():
    source = {path: path.read_text("utf-8") for path in SOURCE.rglob("*.js")}
    for path, text in source.items():
        known = read("more/en") if path.parent.name == "more" else read("en")
        named = set(re.findall(r"\bstrings\.(\w+)", text)) - {"js"}
        own = set(re.findall(r"\bmore\.(\w+)", text)) - {"js", "css"}
        assert named <= set(read("en")), path
        if path.parent.name == "more":
            assert own <= set(known), path
