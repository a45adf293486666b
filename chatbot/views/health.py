"""What machines ask: whether it lives, whether it is ready, and its figures."""

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from chatbot.health.metrics import exposition
from chatbot.health.probes import OK, probe

# Whoever sends one of these asks for somebody else.
FORWARDED = (
    *("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_VIA"),
    *("HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP"),
)
CLOSED = (
    "Send the header Authorization: Bearer with METRICS_TOKEN, or ask on the machine itself "
    "where no METRICS_TOKEN is set.\n"
)


def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations, Redis and a worker are as they should be, else 503."""
    checks = probe()
    problems = [found for found in checks.values() if found != OK]
    return JsonResponse(
        {"status": "not ready" if problems else "ready", "problems": problems, "checks": checks},
        status=503 if problems else 200,
    )


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus, to whoever has the token; without one, on this machine only."""
    if not _may_read(request):
        return HttpResponse(CLOSED, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(sent.encode(), token.encode())
    return not any(name in request.META for name in FORWARDED) and _is_here(request)


def _is_here(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
