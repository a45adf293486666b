"""Spending as a workbook."""

import datetime
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import xlsxwriter

from billing.exports.lines import AMOUNTS, COLUMNS, Value, values_of
from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine

# Rows of a sheet in the format itself, its head among them.
MOST_ROWS = 1_048_576
EXACT = "_exact"
HEAD = [column.name for column in COLUMNS] + [name + EXACT for name in AMOUNTS]


class TooManyRows(Exception):
    """There are more lines than a sheet has rows; the message says what to do instead."""


def spend_xlsx(scope: Scope, lines: Iterable[SpendLine]) -> bytes:
    """One sheet with a head and one row for each line; text is text, whatever it begins with.

    A workbook's numbers are binary fractions of about 15 digits, so beside
    the amounts stand their texts with every digit. Refused with
    `TooManyRows` where a sheet is too short.
    """
    file = io.BytesIO()
    # row by row into the file, not into memory
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Spend")
        formats = {
            Decimal: book.add_format({"num_format": "0.000000"}),
            datetime.date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(HEAD) - 1, 16)
        bold = book.add_format({"bold": True})
        for place, name in enumerate(HEAD):
            sheet.write_string(0, place, name, bold)
        for row, line in enumerate(lines, 1):
            if row >= MOST_ROWS:
                raise TooManyRows(
                    f"A sheet has {MOST_ROWS:,} rows, and these days have more lines. Choose fewer "
                    "days, or take the CSV file."
                )
            values = values_of(scope, line)
            exact = [f"{value:f}" for value in values if isinstance(value, Decimal)]
            for place, value in enumerate([*values, *exact]):
                _write(sheet, row, place, value, formats)
    return file.getvalue()


def _write(sheet: Any, row: int, place: int, value: Value, formats: dict[type, Any]) -> None:
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, place, value, formats[datetime.date])
    else:
        sheet.write_number(row, place, value, formats.get(type(value)))
