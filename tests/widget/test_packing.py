"""What is served is what the source says."""

import json
import re

import pytest

from chatbot.boot.paths import ROOT
from chatbot.boot.widget import PACKED, SHORT, SOURCE, NotPacked, pack


def files(folder):
    """The text of every file by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_packed_widget_is_that_of_its_source(tmp_path):
    try:
        pack(tmp_path / "widget")
    except NotPacked as reason:
        pytest.skip(str(reason))
    assert files(tmp_path / "widget") == files(PACKED), "run manage.py build_widget"


def test_no_word_of_a_catalogue_is_shortened():
    shortened = set(json.loads(SHORT.read_text()))
    for catalogue in (SOURCE / "locales").rglob("en.json"):
        assert shortened & set(json.loads(catalogue.read_text("utf-8"))) == set()


def test_no_word_of_the_protocol_is_shortened():
    protocol = (ROOT / "chatbot" / "live" / "PROTOCOL.md").read_text("utf-8")
    shortened = set(json.loads(SHORT.read_text()))
    assert shortened & set(re.findall(r'"(\w+)":', protocol)) == set()
