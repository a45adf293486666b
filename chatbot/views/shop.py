"""The demonstration shop: a front page with the widget, and help pages to ask about."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatbot.demo.orders import CUSTOMERS, ORDERS
from chatbot.engine.model_choice import voice_of
from chatbot.knowledge.documents import demo_tenant, document_at, documents_of, stretches
from chatbot.providers.demo import is_demo
from conversations.models import Tenant


@dataclass(frozen=True)
class Product:
    """Something the shop would sell; `art` names a drawing in `static/shop/art.svg`."""

    art: str
    name: str
    note: str
    price: str


PRODUCTS = [
    Product("tent", "Lee Side 2", "Two people, four seasons, 1.9 kg", "€389"),
    Product("boot", "Ridge Walker Mid", "Waterproof, can be resoled", "€219"),
    Product("pack", "Long Way 45", "Three back sizes, rain cover inside", "€169"),
    Product("jacket", "Squall Shell", "Three layers, taped seams", "€279"),
    Product("stove", "Quick Boil", "A litre in four minutes", "€74"),
    Product("lamp", "Night Path 300", "300 lumens, charges by USB-C", "€49"),
]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page; without a demo tenant a page that says where the admin is."""
    tenant = demo_tenant()
    if tenant is None:
        return render(request, "shop/closed.html")
    context = {
        "products": PRODUCTS,
        "articles": documents_of(tenant, "en"),
        "chinese_articles": documents_of(tenant, "zh"),
    }
    return render(request, "shop/home.html", _shared(tenant) | context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """A help page of the demo shop; 404 where there is none at this address."""
    tenant = demo_tenant()
    document = document_at(tenant, request.path) if tenant else None
    if tenant is None or document is None:
        raise Http404
    context = {"document": document, "stretches": stretches(document)}
    return render(request, "shop/article.html", _shared(tenant) | context)


def _shared(tenant: Tenant) -> dict[str, object]:
    return {
        "tenant": tenant,
        "demo_model": is_demo(voice_of(tenant).model),
        "customers": [
            (id, name, next(one.number for one in ORDERS if one.customer == id))
            for id, name in CUSTOMERS.items()
        ],
    }
