"""HTTP paths."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from chatbot.views import health, kb, shop, widget

# one way in: with its limits against guessing, and its second factor
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", shop.home, name="shop"),
    path("help/<slug:slug>", shop.article, name="shop-article"),
    path("kb/<slug:slug>/<int:pk>", kb.page, name="kb-page"),
    path("widget.js", widget.loader, name="widget-loader"),
    path("widget/session", widget.session, name="widget-session"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("account/", include("allauth.urls")),
    path("admin/house/", include("conversations.urls")),
    path("admin/reports/", include("billing.urls")),
    path("admin/", admin.site.urls),
]
