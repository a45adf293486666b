"""HTTP paths."""

from django.contrib import admin
from django.urls import include, path

from chatbot.views import demo_orders, health, kb, sent, shop, widget

urlpatterns = [
    path("", shop.home, name="shop"),
    path("help/<slug:slug>", shop.article, name="shop-article"),
    path("demo/orders", demo_orders.all_orders),
    path("demo/orders/<str:number>", demo_orders.one_order),
    path("demo/orders/<str:number>/cancel", demo_orders.cancel),
    path("demo/sign-in", demo_orders.sign_in),
    path("kb/<slug:slug>/<int:pk>", kb.page, name="kb-page"),
    path("widget.js", widget.loader, name="widget-loader"),
    path("widget/session", widget.session, name="widget-session"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/reports/", include("billing.urls")),
    path(
        "admin/conversations/requests/<uuid:pk>/",
        admin.site.admin_view(sent.sent),
        name="sent-request",
    ),
    path("admin/", admin.site.urls),
]
