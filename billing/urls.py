"""Paths of the reports; they belong under the admin's and before it."""

from django.contrib import admin
from django.urls import path

from billing.views import digest, files, invoice, reconciliation, rerating, spend

app_name = "billing"
urlpatterns = [
    path("spend/", admin.site.admin_view(spend.spend), name="spend"),
    path("spend.csv", admin.site.admin_view(files.spend_as_csv), name="spend-csv"),
    path("spend.xlsx", admin.site.admin_view(files.spend_as_xlsx), name="spend-xlsx"),
    path("spend.json", admin.site.admin_view(files.spend_as_json), name="spend-json"),
    path("digest/", admin.site.admin_view(digest.digest), name="digest"),
    path("focus.csv", admin.site.admin_view(files.spend_as_focus), name="focus-csv"),
    path(
        "invoice/<slug:slug>/<str:month>/",
        admin.site.admin_view(invoice.invoice),
        name="invoice",
    ),
    path("what-if/", admin.site.admin_view(rerating.what_if), name="what-if"),
    path(
        "reconciliation/",
        admin.site.admin_view(reconciliation.reconciliation),
        name="reconciliation",
    ),
]
