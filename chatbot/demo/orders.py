"""The orders of the demo shop's made-up customers, as its own system knows them."""

import datetime
import threading
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

CUSTOMERS = {"ada": "Ada", "lin": "Lin"}


@dataclass(frozen=True)
class Order:
    """An order; `days` from today on it arrives, or arrived."""

    number: str
    customer: str
    items: tuple[str, ...]
    total: str
    status: str
    days: int

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it has not left yet."""
        return self.status == "being packed"


ORDERS = (
    Order("A-1001", "ada", ("Lee Side 2 tent", "Night Path 300 lamp"), "€438", "on its way", 2),
    Order("A-1002", "ada", ("Ridge Walker Mid boots, size 39",), "€219", "being packed", 4),
    Order("A-0987", "ada", ("Quick Boil stove",), "€74", "delivered", -12),
    Order("A-1003", "lin", ("Squall Shell jacket, M",), "€279", "on its way", 1),
    Order("A-1004", "lin", ("Long Way 45 pack",), "€169", "being packed", 5),
)

_lock = threading.Lock()
# What was cancelled since this process began, by the key of the request that did it.
_cancelled: dict[str, str] = {}


def credential() -> str:
    """What a program must show to ask for orders; another in every deployment."""
    return "Bearer " + salted_hmac("counterfoil: demo orders", "1", algorithm="sha256").hexdigest()


def is_credential(text: str) -> bool:
    """Whether this is it."""
    return constant_time_compare(text, credential())


def orders_of(customer: str) -> list[dict[str, Any]]:
    """The customer's orders, newest first, as the system answers."""
    mine = [one for one in ORDERS if one.customer == customer]
    return [_told(one) for one in sorted(mine, key=lambda one: one.number, reverse=True)]


def order_of(customer: str, number: str) -> dict[str, Any] | None:
    """The order of this number; None where it is not this customer's, or there is none."""
    found = _find(customer, number)
    return _told(found) if found else None


def cancel(customer: str, number: str, key: str) -> tuple[int, dict[str, Any]]:
    """The order is cancelled: status and answer. The same key again gets the same answer."""
    found = _find(customer, number)
    if found is None:
        return 404, {"message": "You have no such order."}
    with _lock:
        if _cancelled.get(found.number) == key or (
            found.can_be_cancelled and found.number not in _cancelled
        ):
            _cancelled[found.number] = key
            return 200, _told(found)
    return 409, {"message": "It has left already, or is cancelled.", **_told(found)}


def forget_cancelled() -> None:
    """Nothing is cancelled any more."""
    _cancelled.clear()


def _find(customer: str, number: str) -> Order | None:
    mine = (one for one in ORDERS if one.customer == customer and one.number == number)
    return next(mine, None)


def _told(order: Order) -> dict[str, Any]:
    cancelled = order.number in _cancelled
    day = timezone.localdate() + datetime.timedelta(days=order.days)
    return {
        "order": order.number,
        "status": "cancelled" if cancelled else order.status,
        "items": list(order.items),
        "total": order.total,
        "delivered" if order.days < 0 else "expected": None if cancelled else day.isoformat(),
        # what no model and no visitor needs
        "margin": "38 %",
    }
