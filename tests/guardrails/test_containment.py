"""Links lead to the tenant's own sites, pictures are none, and the rest arrives as written."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.guardrails.containment import Contained, host_of
from tests.guardrails.test_holdback import cut

OWN = {"www.acme.example", "localhost:8000"}


def contained(pieces):
    contained = Contained(OWN)
    return "".join([*(contained.take(piece) for piece in pieces), contained.end()])


HARMLESS = [
    "See https://www.acme.example/returns?x=1 for more.",
    "See https://www.acme.example.",
    "See [Returns](https://www.acme.example/returns) and [this](/help/sizes#eu).",
    "[Contact](mailto:help@www.acme.example)",
    "[Demo](http://localhost:8000/help)",
    "Hello! It is 5:30 [1], [2]! Note: a/b. f(x)[0] ok :/",
    "详情见https://www.acme.example/退货，谢谢！",
    "[Up](#top) and [home](/)",
    "[Call](tel:+49-30-123)",
]
HARMFUL = [
    "https://evil.example/?q=secret",
    "HTTPS://EVIL.example",
    "[here](https://evil.example/x)",
    "![](https://evil.example/x.png)",
    "![logo](https://www.acme.example/logo.png)",
    "[here](//evil.example/x)",
    "[here](/\\evil.example)",
    "[here](/&#47;evil.example)",
    "[here](https://www.acme.example@evil.example/)",
    "[here](https://www.acme.example\\@evil.example/)",
    "[here](https://www.acme.example.evil.example/)",
    "[here](https://www.acme.example\u3002evil.example/)",
    "[here](https://www.acme.example:8443/)",
    "[here](https:evil.example)",
    "[here]( https://evil.example)",
    "[here](<https://evil.example>)",
    "[here](javascript:alert(1))",
    "[here](JaVaScRiPt:alert(1))",
    "[here](data:text/html;base64,PHNjcmlwdD4=)",
    "[here](vbscript:x)",
    "[here](mailto:eve@evil.example?body=secret)",
    "[here](tel:+49123;ext=secret)",
    "<img src=https://evil.example/x.png>",
    "[a]: https://evil.example 'x'",
    "https://ѕ.example/",
    "https://" + "a" * 400 + ".example",
]
# As the widget reads Markdown; widget/markdown.js says the same.
LINK = re.compile(r"!?\[[^\][]*\]\(([^)\s]*)\)|(https?://[^\s<>\"'`\u3000-\u303f\uff00-\uffef]+)")


def leads_to(text):
    """The hosts of all links in the text; paths of the own site have none."""
    targets = [target or bare for target, bare in LINK.findall(text)]
    hosts = {
        re.match(r"(?:https?://|mailto:.*@)?([\w.:-]*)", target, re.IGNORECASE)[1].rstrip(".:_")
        for target in targets
        if not re.match(r"/(?:[\w?]|$)|#|$|tel:[+\d.-]+$", target)
    }
    return {host_of(f"x://{host}") for host in hosts}


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_arrives_as_it_was_written(text):
    assert contained([text]) == contained(list(text)) == text


@pytest.mark.parametrize("text", HARMFUL)
def test_no_link_is_left_at_any_split(text):
    for place in range(len(text)):
        out = contained([text[:place], text[place:]])
        assert leads_to(out) <= OWN
        assert "![" not in out
        assert out.replace(" ", "") == text.replace(" ", "")


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*HARMLESS, *HARMFUL]),
            st.sampled_from(["](", "[", "!", "://", "https", ":", "/", ")", "evil.example", " "]),
        ),
        max_size=10,
    ).map("".join),
    st.lists(st.integers(0, 400), max_size=40),
)
def test_whatever_the_pieces(text, places):
    out = contained(cut(text, places))
    assert out == contained([text])
    assert leads_to(out) <= OWN
    assert out.replace(" ", "") == text.replace(" ", "")


def test_what_was_broken_is_told():
    text = Contained(OWN)
    text.take("[here](https://evil.example/x) now")
    assert any("evil.example" in one for one in text.broken)
