"""A provider's cost export is read as a whole, or refused with a reason per line."""

import datetime
from decimal import Decimal

import pytest

from billing.bills import BilledLine, named
from billing.uploads import BadExport, read_export

DAY = datetime.date(2026, 11, 22)
OPENAI = (
    "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,"
    "quantity_unit,line_item,project_id\n"
)
FULL = (
    "1795305600,1795392000,2026-11-22T00:00:00+00:00,2026-11-23T00:00:00+00:00,"
    '{amount},usd,{quantity},{unit},"{item}",p\n'
)
EMPTY = "1795392000,1795478400,2026-11-23T00:00:00+00:00,2026-11-24T00:00:00+00:00,,,,,,\n"


def openai_line(amount="0.8958740000000000", quantity="", unit="", item="gpt-6-luna, input_tokens"):
    return FULL.format(amount=amount, quantity=quantity, unit=unit, item=item)


def read(text):
    return read_export(text.encode())


def mistakes(text):
    with pytest.raises(BadExport) as refused:
        read(text)
    return refused.value.mistakes


def test_openais_own_export_is_read_exactly():
    export = read(OPENAI + openai_line(quantity="12", unit="1000_tokens") + EMPTY)
    assert export.lines == [
        BilledLine(DAY, "gpt-6-luna, input_tokens", Decimal("0.895874"), Decimal(12000))
    ]
    assert export.days == {DAY, DAY + datetime.timedelta(days=1)}


@pytest.mark.parametrize(
    "text",
    [
        "day,amount\n2026-11-22,1.5\n",
        "\ufeffdate\tcost\r\n2026-11-22\t1.5\r\n",
        "start_time,amount_usd\n1795305600,1.5\n",
    ],
)
def test_a_plain_table_will_do(text):
    assert read(text).lines == [BilledLine(DAY, "", Decimal("1.5"))]


def test_a_quantity_that_is_not_tokens_is_left_out():
    (line,) = read(OPENAI + openai_line(quantity="3", unit="images", item="pictures")).lines
    assert line.quantity is None


def test_every_bad_line_is_named_with_what_to_do():
    text = "day,amount,currency\n2026-11-22,1,usd\nsoon,1,usd\n2026-11-22,lots,usd\n"
    text += "2026-11-22,NaN,usd\n2026-11-22,1,eur\n2026-11-22T07:00:00Z,1,usd\n1,2,3,4\n"
    assert mistakes(text) == [
        "Line 3: “soon” is no day; write one like 2026-11-23.",
        "Line 4: “lots” is no amount; write one like 12.34.",
        "Line 5: “NaN” is no amount; write one like 12.34.",
        "Line 6: currency “eur”; only usd can be compared with the ledger.",
        "Line 7: “2026-11-22T07:00:00Z” is not midnight in UTC; export by day, in UTC.",
        "Line 8: it has more fields than the header.",
    ]


def test_a_line_of_more_than_a_day_is_refused():
    text = "start_time,end_time,amount\n1795305600,1795478400,1\n"
    (said,) = mistakes(text)
    assert "export by single days" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a column named"),
        (b"model,tokens\nm,1\n", "a column named start_time_iso or start_time or day or date"),
        (b"day,amount\n", "no lines below its header"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"day,amount\n" + b"2026-11-22,x\n" * 50, "And 30 more lines like these."),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        (b'day,amount\n2026-11-22,"1\x00\n', "Line 2: "),
    ],
)
def test_a_file_of_another_kind_is_explained(content, said):
    with pytest.raises(BadExport) as refused:
        read_export(content)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("item", "model", "kind"),
    [
        ("gpt-6-astra, input_tokens", "gpt-6-astra", "input"),
        ("gpt-4o-mini-2024-07-18, cached input", "gpt-4o-mini-2024-07-18", "cached"),
        ("gpt-6-luna, cache_write_tokens", "gpt-6-luna", "cache_write"),
        ("gpt-6-luna, Output", "gpt-6-luna", "output"),
        ("web search", "web search", ""),
        ("", "", ""),
    ],
)
def test_a_line_item_names_a_model_and_a_kind_of_token(item, model, kind):
    assert named(item) == (model, kind)
