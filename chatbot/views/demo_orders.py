"""The demo shop's own system: who is signed in, and their orders. There is no shop without it."""

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from chatbot.demo import orders
from chatbot.knowledge.documents import demo_tenant
from conversations.access import session_with_token
from conversations.identity import vouch

View = Callable[..., JsonResponse]
MOST_BYTES = 2000


def for_programs(view: View) -> View:
    """The view, for whoever shows the credential; it is given the customer they ask for."""

    def guarded(request: HttpRequest, **named: Any) -> JsonResponse:
        if not orders.is_credential(request.headers.get("Authorization", "")):
            return JsonResponse({"message": "Who is asking?"}, status=401)
        return view(request, request.headers.get("X-Visitor", ""), **named)

    return guarded


@require_safe
@for_programs
def all_orders(request: HttpRequest, customer: str) -> JsonResponse:
    """The customer's orders."""
    return JsonResponse({"orders": orders.orders_of(customer)})


@require_safe
@for_programs
def one_order(request: HttpRequest, customer: str, number: str) -> JsonResponse:
    """An order of the customer's; 404 for anybody else's as for none."""
    found = orders.order_of(customer, number)
    if found is None:
        return JsonResponse({"message": "You have no such order."}, status=404)
    return JsonResponse(found)


@csrf_exempt  # for programs: the credential is what says who asks
@require_POST
@for_programs
def cancel(request: HttpRequest, customer: str, number: str) -> JsonResponse:
    """The order is cancelled, once under one idempotency key."""
    key = request.headers.get("Idempotency-Key", "")
    status, told = orders.cancel(customer, number, key)
    return JsonResponse(told, status=status)


@csrf_exempt  # carries no cookie: the visitor's token in the body is what says who asks
@require_POST
def sign_in(request: HttpRequest) -> JsonResponse:
    """The visitor with this token is a customer of the demo shop; without one, nobody again.

    A real shop knows who has signed in and vouches for them with a signature.
    """
    try:
        asked = orjson.loads(request.body[:MOST_BYTES])
        token, customer = str(asked["token"]), str(asked.get("customer") or "")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return JsonResponse({"message": "Send JSON with token and customer."}, status=400)
    tenant = demo_tenant()
    session = session_with_token(token)
    if session is None or session.tenant != tenant or customer not in {"", *orders.CUSTOMERS}:
        return JsonResponse({"message": "There is no such visitor or customer."}, status=404)
    vouch(session.visitor, customer)
    return JsonResponse({"customer": customer, "name": orders.CUSTOMERS.get(customer, "")})
