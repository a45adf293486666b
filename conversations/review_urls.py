"""Paths of judging what the bot said; they belong under the admin's and before it."""

from django.contrib import admin
from django.urls import path

from conversations.views import quality, reviewing, sampling

app_name = "review"
guarded = admin.site.admin_view
urlpatterns = [
    path("quality/", guarded(quality.quality), name="quality"),
    path("next/", guarded(reviewing.go_on), name="next"),
    path("sample/", guarded(sampling.draw), name="sample"),
    path("conversations/<int:pk>/", guarded(reviewing.judge), name="judge"),
    path("conversations/<int:pk>/ask/", guarded(reviewing.ask), name="ask"),
    path("criteria/<slug:slug>/begin/", guarded(reviewing.begin), name="begin"),
]
