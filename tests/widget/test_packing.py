"""What is served is what the source says."""

import json

import pytest

from chatbot.boot.widget import INTERNAL, PACKED, SOURCE, NotPacked, pack


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
    internal = set(INTERNAL.read_text().split())
    for catalogue in (SOURCE / "locales").rglob("en.json"):
        assert internal & set(json.loads(catalogue.read_text("utf-8"))) == set()
