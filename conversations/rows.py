"""Rows of a hand-written statement as the models they are."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def columns(model: type[models.Model], alias: str) -> str:
    """All columns of the model, in the order that `from_row` reads them."""
    return ", ".join(
        f"{alias}.{connection.ops.quote_name(str(field.column))}"
        for field in model._meta.concrete_fields
    )


def from_row(model: type[Row], values: Iterator[Any]) -> Row:
    """The model whose columns come next among the values."""
    fields = model._meta.concrete_fields
    converted = []
    for field in fields:
        value = next(values)
        convert = getattr(field, "from_db_value", None)
        converted.append(convert(value, None, connection) if convert else value)
    return model.from_db(connection.alias, [field.attname for field in fields], converted)
