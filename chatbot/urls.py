"""HTTP paths."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from chatbot.api import site as api
from chatbot.views import (
    api_docs,
    cases,
    demo_orders,
    docs,
    fullpage,
    health,
    health_page,
    kb,
    sent,
    shop,
    visits,
    widget,
)

# one way in: with its limits against guessing, and its second factor
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", shop.home, name="shop"),
    path("help/<slug:slug>", shop.article, name="shop-article"),
    path("demo/orders", demo_orders.all_orders),
    path("demo/orders/<str:number>", demo_orders.one_order),
    path("demo/orders/<str:number>/cancel", demo_orders.cancel),
    path("demo/sign-in", demo_orders.sign_in),
    path("kb/<slug:slug>/<int:pk>", kb.page, name="kb-page"),
    path("c/<str:key>/", fullpage.page, name="widget-page"),
    path("docs/", docs.index, name="handbook"),
    path("docs/widget/", docs.widget, name="widget-docs"),
    path("docs/widget/playground/", docs.playground, name="widget-playground"),
    path("docs/<slug:slug>/", docs.handbook, name="handbook-page"),
    path("widget.js", widget.loader, name="widget-loader"),
    path("widget/session", widget.session, name="widget-session"),
    path("widget/avatar/<str:key>/<str:mark>", widget.avatar, name="widget-avatar"),
    path("widget/logout", visits.logout, name="widget-logout"),
    path("widget/feedback", visits.thumb, name="widget-feedback"),
    path("widget/csat", visits.score, name="widget-csat"),
    path("widget/mail", visits.mail, name="widget-mail"),
    path("widget/prechat", visits.prechat, name="widget-prechat"),
    path("widget/transcript", visits.transcript, name="widget-transcript"),
    path("widget/upload", visits.upload, name="widget-upload"),
    path("widget/file/<uuid:file>", visits.file, name="widget-file"),
    path("widget/send", visits.send, name="widget-send"),
    path("api/v1/openapi.json", api.openapi, name="api-document"),
    path("api/v1/", include((api.urlpatterns, "api"))),
    re_path(r"^api/v1/(?P<path>.*)$", api.nowhere, name="api-nowhere"),
    path("docs/api/reference/", api_docs.reference, name="api-docs"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("account/", include("allauth.urls")),
    path("admin/house/", include("conversations.urls")),
    path("admin/reports/", include("billing.urls")),
    path("admin/review/", include("conversations.review_urls")),
    path(
        "admin/review/conversations/<int:pk>/case/<str:seq>/",
        admin.site.admin_view(cases.add),
        name="add-case",
    ),
    path(
        "admin/conversations/requests/<uuid:pk>/",
        admin.site.admin_view(sent.sent),
        name="sent-request",
    ),
    path("admin/health/", admin.site.admin_view(health_page.health), name="health"),
    path("admin/", admin.site.urls),
]
