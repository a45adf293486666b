"""What a visitor's browser loads stays small."""

import gzip

from chatbot.env import ROOT

STATIC = ROOT / "static"
LOADER_BYTES = 1500
ALL_BYTES = 14 * 1024  # 12 KB is where it should be; comments and names are not the place to save
# Few modules are: ten files packed each by itself weigh 1.7 KB more than one.


def weight(path):
    """Bytes of the file when packed as well as gzip can."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def weights():
    """Every file that an open widget has loaded."""
    files = [*sorted((STATIC / "widget").iterdir()), STATIC / "shared" / "tokens.css"]
    return {path.name: weight(path) for path in files}


def test_a_page_that_only_shows_the_button_loads_little():
    assert weights()["loader.js"] <= LOADER_BYTES


def test_an_open_widget_has_loaded_little():
    found = weights()
    assert sum(found.values()) <= ALL_BYTES, found
