"""Served under https, Django's own list for deployment finds nothing."""

from chatbot import settings as product
from chatbot.bench.hardening.code import deploy_warnings


def test_nothing_is_warned_of():
    assert deploy_warnings() == []


def test_what_is_left_out_of_the_list_binds_hosts_that_are_not_ours():
    assert product.SILENCED_SYSTEM_CHECKS == ["security.W005", "security.W021"]
