"""Paths of the ground floor's own pages; they belong under the admin's and before it."""

from django.contrib import admin
from django.urls import path, re_path

from conversations.views import notices, people, retention, taking

app_name = "house"
guarded = admin.site.admin_view
urlpatterns = [
    path("notices/", guarded(notices.notices_page), name="notices"),
    path("notices/new/", guarded(notices.new_notices), name="new-notices"),
    path("roles/", guarded(people.who_may_what), name="roles"),
    path("people/<slug:slug>/", guarded(people.members), name="members"),
    path("people/<slug:slug>/<int:pk>/", guarded(people.member), name="member"),
    path("retention/<slug:slug>/", guarded(retention.retention), name="retention"),
    re_path(
        r"^conversations/(?P<pk>[0-9]{1,18})\.(?P<form>json|md|html)$",
        guarded(taking.conversation_as),
        name="conversation-as",
    ),
    path("conversations/<int:pk>/redact/", guarded(taking.redact), name="redact"),
    path("visitors/<int:pk>.json", guarded(taking.visitor_as_json), name="visitor-as-json"),
    path("visitors/<int:pk>/erase/", guarded(taking.erase_visitor), name="erase-visitor"),
    path("exports/<int:pk>/file/", guarded(taking.export_file), name="export-file"),
]
