"""Documentation for those who put the widget on a site, with a playground to try it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from chatbot.knowledge.documents import demo_tenant
from conversations.sentences import LOCALES

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)
# What the tag may say, and what the playground begins with.
CHOICES = {
    "theme": ("auto", "light", "dark"),
    "position": ("end", "start"),
    "locale": ("", *LOCALES),
}
TEXTS = {"color": "#0f5f6b", "title": "", "greeting": ""}


@require_safe
def widget(request: HttpRequest) -> HttpResponse:
    """How the widget gets on a site and what it can be told; the playground needs the demo shop."""
    context = {
        "server": settings.PUBLIC_URL,
        "socket": settings.PUBLIC_URL.replace("http", "ws", 1),
        "said": _said(request),
        "choices": CHOICES,
        "playground": demo_tenant() is not None,
        "query": request.GET.urlencode(),
    }
    response = render(request, "docs/widget.html", context)
    response["Content-Security-Policy"] = POLICY.format(ancestors="'none'")
    return response


@require_safe
@xframe_options_sameorigin
def playground(request: HttpRequest) -> HttpResponse:
    """A page with the demo shop's widget as the address says; 404 without a demo shop."""
    tenant = demo_tenant()
    if tenant is None:
        raise Http404
    said = {name: text for name, text in _said(request).items() if text}
    response = render(request, "docs/playground.html", {"tenant": tenant, "said": said})
    policy = POLICY.format(ancestors="'self'")
    response["Content-Security-Policy"] = f"{policy}; connect-src 'self' ws: wss:"
    return response


def _said(request: HttpRequest) -> dict[str, str]:
    """What was chosen; anything that there is not to choose is as if left out."""
    said = {name: request.GET.get(name, usual)[:300] for name, usual in TEXTS.items()}
    for name, choices in CHOICES.items():
        chosen = request.GET.get(name, choices[0])
        said[name] = chosen if chosen in choices else choices[0]
    return said
