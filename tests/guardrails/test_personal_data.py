"""Personal data is found by its shape and its check digits, and hidden so that it can come back."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.guardrails.personal_data import (
    NAMES,
    RedactingFilter,
    Redaction,
    Restored,
    find,
    redacted,
)
from tests.guardrails.test_holdback import cut


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        ("Write to ada.b+shop@mail.example.org, please", "email", "ada.b+shop@mail.example.org"),
        ("我的邮箱是ada@example.cn。", "email", "ada@example.cn"),
        ("Card 4111 1111 1111 1111 exp 10/29", "card", "4111 1111 1111 1111"),
        ("5500-0000-0000-0004", "card", "5500-0000-0000-0004"),
        ("IBAN DE89 3704 0044 0532 0130 00", "iban", "DE89 3704 0044 0532 0130 00"),
        ("GB82WEST12345698765432", "iban", "GB82WEST12345698765432"),
        ("身份证11010519491231002X，谢谢", "id_number", "11010519491231002X"),
        ("Call +49 (0)30 1234567", "phone", "+49 (0)30 1234567"),
        ("Call +1 415-555-2671 now", "phone", "+1 415-555-2671"),
        ("我的手机13812345678", "phone", "13812345678"),
        ("电话 010-12345678", "phone", "010-12345678"),
        ("(415) 555-2671", "phone", "(415) 555-2671"),
        ("from 192.168.10.24", "ip", "192.168.10.24"),
        ("from 2001:db8::ff00:42:8329", "ip", "2001:db8::ff00:42:8329"),
        ("key sk-proj-abcdEFGH1234567890ijkl", "secret", "sk-proj-abcdEFGH1234567890ijkl"),
        ("AKIAIOSFODNN7EXAMPLE", "secret", "AKIAIOSFODNN7EXAMPLE"),
        (f"ghp_{'a1' * 18}", "secret", f"ghp_{'a1' * 18}"),
    ],
)
def test_it_is_found(text, kind, written):
    assert [(one.kind, text[one.start : one.end]) for one in find(text)] == [(kind, written)]


@pytest.mark.parametrize(
    "text",
    [
        "Order 4111 1111 1111 1112 is no card",
        "Order number 12345678, of 24.11.2026, 10:35",
        "0000 0000 0000 0000",
        "IBAN DE89 3704 0044 0532 0130 01",
        "11010519491231002Y and 110105194912310021",
        "version 1.2.3.4.5, at 10:35:20",
        "999.1.1.1",
        "A @ B, @ada",
        "Size 38-42 costs 1,299.00, 2 for 2.598,00",
        "skip-this-one",
    ],
)
def test_what_only_looks_like_it_is_left(text):
    assert find(text) == []


def test_only_the_kinds_that_were_chosen_are_hidden():
    redaction = Redaction(["email"])
    text = "ada@example.org or 4111 1111 1111 1111"
    assert redaction.hide(text) == "[EMAIL_1] or 4111 1111 1111 1111"


def test_the_same_words_get_the_same_placeholder():
    redaction = Redaction(NAMES)
    assert redaction.hide("a@x.org, b@x.org") == "[EMAIL_2], [EMAIL_1]"
    assert redaction.hide("again b@x.org") == "again [EMAIL_1]"


@given(st.lists(st.integers(0, 100), max_size=20))
def test_placeholders_come_back_whatever_the_pieces(places):
    redaction = Redaction(NAMES)
    hidden = redaction.hide("Mail a@x.org or +49 30 1234567 [1] [EMAIL")
    restored = Restored(redaction.originals)
    out = "".join([*(restored.take(piece) for piece in cut(hidden, places)), restored.end()])
    assert out == "Mail a@x.org or +49 30 1234567 [1] [EMAIL"


def test_a_log_record_holds_neither_data_nor_secrets():
    record = logging.LogRecord(
        "x", 20, "", 1, "%s paid with %s by %s", ("ada@x.org", "4111111111111111", 5), None
    )
    assert RedactingFilter().filter(record)
    assert record.getMessage() == "[email] paid with [card] by 5"


def test_what_is_not_personal_stays_in_the_log():
    record = logging.LogRecord("x", 20, "", 1, "%s from %s", ("GET /livez", "127.0.0.1"), None)
    RedactingFilter().filter(record)
    assert record.args == ("GET /livez", "127.0.0.1")


def test_redacted_text_names_the_kind():
    assert redacted("Call 13812345678") == "Call [phone]"
