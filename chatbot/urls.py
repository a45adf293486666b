"""HTTP paths."""

from django.contrib import admin
from django.urls import include, path

from chatbot.views import fullpage, health, kb, shop, widget

urlpatterns = [
    path("", shop.home, name="shop"),
    path("help/<slug:slug>", shop.article, name="shop-article"),
    path("kb/<slug:slug>/<int:pk>", kb.page, name="kb-page"),
    path("c/<str:key>/", fullpage.page, name="widget-page"),
    path("widget.js", widget.loader, name="widget-loader"),
    path("widget/session", widget.session, name="widget-session"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/reports/", include("billing.urls")),
    path("admin/", admin.site.urls),
]
