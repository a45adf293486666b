"""HTTP paths."""

from django.contrib import admin
from django.urls import include, path

from chatbot.views import fullpage, health, kb, shop, visits, widget

urlpatterns = [
    path("", shop.home, name="shop"),
    path("help/<slug:slug>", shop.article, name="shop-article"),
    path("kb/<slug:slug>/<int:pk>", kb.page, name="kb-page"),
    path("c/<str:key>/", fullpage.page, name="widget-page"),
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
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/reports/", include("billing.urls")),
    path("admin/", admin.site.urls),
]
