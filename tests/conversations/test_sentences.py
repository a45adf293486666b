"""Whatever a visitor is told, they are told in their language: no catalogue has a gap."""

import ast
import re

import pytest

from chatbot.engine import wording
from chatbot.live import visitor
from chatbot.views import replies
from conversations.selectors import visits, widget
from conversations.sentences import LOCALES, catalogue, language_of, told
from conversations.services import answer_mails
from conversations.services.refusals import Refused
from tests.house.source import modules

# These only a faulty widget is told, and the people who write one read English.
# or for staff
FOR_DEVELOPERS = {
    "The visitor has said nothing yet that could be answered.",
    "This page may not act for this visitor.",
    "A thumb is 1 for up or -1 for down.",
    "This is none of the reasons to choose from.",
    "This id is taken; choose another.",
    "This message was sent before with another text; that one stands.",
    "Another file was sent under this id; that one stands.",
}
WAYS = ("conversations.services", "chatbot.intake", "chatbot.views.visits", "chatbot.views.replies")
NAMED = [wording, visitor, replies, visits, widget, answer_mails]


def refusals():
    """Every sentence that code refuses a visitor with."""
    for name, tree in modules().items():
        if not name.startswith(WAYS):
            continue
        for node in ast.walk(tree):
            called = getattr(node, "func", None)
            if getattr(called, "id", "") in ("Refused", "TooLate"):
                yield from (_text(one) for one in node.args)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "text":
                yield _text(node.value)


def _text(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def constants():
    """The sentences that modules name in capitals."""
    for module in NAMED:
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, str):
                yield value


SENTENCES = {
    text
    for text in (*refusals(), *constants())
    if re.match(r"[A-Z].*([.a-z}])$", text) and (" " in text or text in ("You", "Assistant"))
} - FOR_DEVELOPERS


def test_the_sentences_are_found():
    assert {wording.SORRY, replies.OFF, visitor.NOT_NOW, widget.BACK_ON} <= SENTENCES
    assert len(SENTENCES) > 35


@pytest.mark.parametrize("language", sorted({*LOCALES} - {"en"}))
def test_no_catalogue_has_a_gap(language):
    translated = catalogue(language)
    assert SENTENCES - set(translated) == set()
    for english, words in translated.items():
        assert words.strip(), english
        assert sorted(re.findall(r"{\w+}", words)) == sorted(re.findall(r"{\w+}", english))
    assert len(set(translated.values())) > len(translated) - 3


def test_all_catalogues_hold_the_same_sentences():
    held = {language: set(catalogue(language)) for language in LOCALES if language != "en"}
    assert len({frozenset(one) for one in held.values()}) == 1


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        *(("pt-BR", "pt"), ("zh-Hant-TW", "zh"), ("DE", "de"), ("ar_EG", "ar"), ("en-GB", "en")),
        *(("", "en"), ("xx", "en"), ("../de", "en"), ("ja", "ja")),
    ],
)
def test_a_browsers_tag_names_a_language(tag, language):
    assert language_of(tag) == language


def test_a_refusal_is_filled_in_in_either_language():
    refusal = Refused("too_large", "This file is larger than {most} MB.", most="5")
    assert str(refusal) == refusal.told("en") == "This file is larger than 5 MB."
    assert refusal.told("de-CH") == "Diese Datei ist größer als 5 MB."


def test_what_is_filled_in_is_never_filled_in_again():
    assert told("Please fill in “{label}”.", "fr", label="{0.__class__}").endswith(
        "{0.__class__} »."
    )
