"""The documentation, and in it the page for site owners, with a playground to try the widget."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from chatbot.handbook.markdown import INDEX
from chatbot.handbook.pages import NoSuchPage, Page, contents, page
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
# What the pages call the server, and where the playground stands.
SERVER, SOCKET = "https://chat.example.com", "wss://chat.example.com"
AFTER_PLAYGROUND = "what-the-tag-can-say"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What there is to read."""
    return _show(request, page(INDEX), "docs/page.html")


@require_safe
def handbook(request: HttpRequest, slug: str) -> HttpResponse:
    """One page, with this server's own address in its examples; 404 where there is none."""
    try:
        found = page(slug)
    except NoSuchPage:
        raise Http404 from None
    if slug == INDEX:
        raise Http404
    return _show(request, found, "docs/page.html")


@require_safe
def widget(request: HttpRequest) -> HttpResponse:
    """How the widget gets on a site and what it can be told; the playground needs the demo shop."""
    found = page("widget")
    before, after = found.split(AFTER_PLAYGROUND)
    context = {
        "before": _with_our_address(before),
        "after": _with_our_address(after),
        "server": settings.PUBLIC_URL,
        "said": _said(request),
        "choices": CHOICES,
        "playground": demo_tenant() is not None,
        "query": request.GET.urlencode(),
    }
    return _show(request, found, "docs/widget.html", **context)


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


def _show(request: HttpRequest, shown: Page, template: str, **more: Any) -> HttpResponse:
    groups = contents()
    order = [one for group in groups for one in group.pages]
    at = next((at for at, one in enumerate(order) if one.slug == shown.slug), -1)
    context = {
        "page": shown,
        "html": _with_our_address(shown.html),
        "groups": groups,
        "earlier": order[at - 1] if at > 0 else None,
        "later": order[at + 1] if at + 1 < len(order) else None,
    }
    response = render(request, template, context | more)
    response["Content-Security-Policy"] = POLICY.format(ancestors="'none'")
    return response


def _with_our_address(html: str) -> SafeString:
    ours = settings.PUBLIC_URL
    named = html.replace(SERVER, escape(ours)).replace(
        SOCKET, escape(ours.replace("http", "ws", 1))
    )
    return mark_safe(named)  # noqa: S308 - the repository's own pages, in which HTML is escaped


def _said(request: HttpRequest) -> dict[str, str]:
    """What was chosen; anything that there is not to choose is as if left out."""
    said = {name: request.GET.get(name, usual)[:300] for name, usual in TEXTS.items()}
    for name, choices in CHOICES.items():
        chosen = request.GET.get(name, choices[0])
        said[name] = chosen if chosen in choices else choices[0]
    return said
