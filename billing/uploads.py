"""Read the provider's cost export from a file."""

import csv
import datetime
import io
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.dateparse import parse_date, parse_datetime

from billing.bills import BilledLine, in_tokens

LARGEST_FILE = 5 * 1024 * 1024
MOST_MISTAKES = 20
DAY_SECONDS = 86_400
LARGEST_AMOUNT = Decimal(10) ** 11

# The names of OpenAI's export (read in November 2026) first, then what people write.
DAY = ("start_time_iso", "start_time", "day", "date")
AMOUNT = ("amount_value", "amount_usd", "amount", "cost")
CURRENCY = ("amount_currency", "currency")
ITEM = ("line_item",)
QUANTITY = ("quantity",)


class BadExport(Exception):
    """The file cannot be read; `mistakes` says where and what to do, a line each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class BadLine(Exception):
    """A line of the file cannot be read; the message says why."""


@dataclass(frozen=True)
class Export:
    """What a file says: its lines, and every day it speaks of, also those without cost."""

    lines: list[BilledLine]
    days: set[datetime.date]


def read_export(content: bytes) -> Export:
    """The lines of a comma- or tab-separated cost export by UTC day; `BadExport` for any mistake.

    It is taken as a whole or not at all.
    """
    if len(content) > LARGEST_FILE:
        raise BadExport([f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB; split it."])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadExport(["The file is not text in UTF-8; export it as CSV."]) from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text), delimiter="\t" if first.count("\t") > first.count(",") else ","
    )
    columns = reader.fieldnames or []
    _refuse_without_columns(list(columns))
    export, mistakes = Export([], set()), []
    try:
        for row in reader:
            try:
                _take(row, export)
            except BadLine as mistake:
                mistakes.append(f"Line {reader.line_num}: {mistake}")
    except csv.Error as error:
        mistakes.append(f"Line {reader.line_num}: not CSV ({error}).")
    if len(mistakes) > MOST_MISTAKES:
        more = len(mistakes) - MOST_MISTAKES
        mistakes = [*mistakes[:MOST_MISTAKES], f"And {more} more lines like these."]
    if mistakes:
        raise BadExport(mistakes)
    if not export.days:
        raise BadExport(["The file has no lines below its header."])
    return export


def _refuse_without_columns(columns: list[str]) -> None:
    missing = [
        f"Line 1: a column named {' or '.join(names)} is missing. Export costs by day as CSV."
        for names in (DAY, AMOUNT)
        if not set(names) & set(columns)
    ]
    if missing:
        raise BadExport(missing)


def _take(row: dict[str, str], export: Export) -> None:
    if None in row:
        raise BadLine("it has more fields than the header.")
    day = _day(row)
    amount_text = _field(row, AMOUNT)
    amount = _number(amount_text, "amount") if amount_text else None
    currency = _field(row, CURRENCY).lower() or "usd"
    if amount is not None and currency != "usd":
        raise BadLine(f"currency “{currency}”; only usd can be compared with the ledger.")
    export.days.add(day)
    if amount is None:
        return  # a day on which nothing was billed
    quantity_text = _field(row, QUANTITY)
    unit = row.get("quantity_unit") or "tokens"
    quantity = in_tokens(_number(quantity_text, "quantity"), unit) if quantity_text else None
    export.lines.append(BilledLine(day, _field(row, ITEM)[:300], amount, quantity))


def _day(row: dict[str, str]) -> datetime.date:
    text = _field(row, DAY)
    start = _moment(text)
    if start.time() != datetime.time():
        raise BadLine(f"“{text}” is not midnight in UTC; export by day, in UTC.")
    end_text = row.get("end_time_iso") or row.get("end_time")
    if end_text and (_moment(end_text) - start).total_seconds() != DAY_SECONDS:
        raise BadLine(f"it reaches from {text} to {end_text}; export by single days.")
    return start.date()


def _moment(text: str) -> datetime.datetime:
    """A moment in UTC, from Unix seconds, a date, or a date with time."""
    try:
        if text.isascii() and text.isdigit():
            return datetime.datetime.fromtimestamp(int(text), datetime.UTC)
        day = parse_date(text)
        found = datetime.datetime.combine(day, datetime.time()) if day else parse_datetime(text)
    except (ValueError, OverflowError, OSError):
        found = None
    if found is None:
        raise BadLine(f"“{text}” is no day; write one like 2026-11-23.")
    if found.tzinfo is None:
        return found.replace(tzinfo=datetime.UTC)
    return found.astimezone(datetime.UTC)


def _number(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= LARGEST_AMOUNT:
        raise BadLine(f"“{text}” is no {what}; write one like 12.34.")
    return number


def _field(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((value.strip() for name in names if (value := row.get(name))), "")
