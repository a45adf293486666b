"""No way of writing it, and no name, leads a fetch of ours to a machine inside."""

import functools

import pytest

from chatbot.bench.hardening import ssrf


@functools.cache
def reached():
    """All forms through the real fetchers, once."""
    return ssrf.reached()


def test_no_form_reaches_the_port():
    forms, through, _ = reached()
    assert forms >= 60
    assert through == []


def test_without_the_guard_some_would():
    assert reached()[2] > 20


@pytest.mark.parametrize("name", ["both.example", "mapped.example", "inside6.example"])
def test_a_name_counts_by_every_address_that_it_has(name, monkeypatch):
    monkeypatch.setattr(ssrf.outside.socket, "getaddrinfo", ssrf._looked_up)
    with pytest.raises(ssrf.outside.NotOutside):
        ssrf.outside.line_to(f"http://{name}/", seconds=1, plain=True)
