"""Whoever sends nonsense writes a line into the log, and no trace."""

import logging

import pytest

from chatbot.quiet import WithoutTraceOfBadRequests

pytestmark = pytest.mark.django_db
BROKEN = [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=a", b"--a\r\n" + b"X" * 2000 + b"\r\n\r\n--a--"),
]


@pytest.mark.parametrize(("kind", "body"), BROKEN)
def test_a_broken_form_is_a_bad_request_without_a_trace(client, caplog, kind, body):
    caplog.handler.addFilter(WithoutTraceOfBadRequests())
    assert client.post("/account/login/", body, kind).status_code in (400, 403)
    assert "Traceback" not in caplog.text


def test_what_we_are_at_fault_for_keeps_its_trace():
    record = logging.makeLogRecord({"status_code": 500, "exc_info": (ValueError, None, None)})
    assert WithoutTraceOfBadRequests().filter(record)
    assert record.exc_info
