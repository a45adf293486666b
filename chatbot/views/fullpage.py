"""The chat as a page of its own: for a link, a QR code, or a site that allows only frames."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from conversations.access import tenant_with_key

LANGUAGES = ("en", "zh", "ar", "es", "fr", "de", "pt", "ja")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; "
    "connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'{sites}"
)


@require_safe
@xframe_options_exempt  # the policy says who may frame it, which the old header cannot
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The tenant's chat fills the page; 404 for a key that nobody has.

    Sites that may show the widget may also show this page in a frame.
    """
    tenant = tenant_with_key(key)
    if tenant is None:
        raise Http404
    # The widget takes the page's language, and this page has none of its own.
    language = _spoken(request.headers.get("Accept-Language", ""))
    response = render(request, "widget/page.html", {"tenant": tenant, "language": language})
    patch_vary_headers(response, ["Accept-Language"])
    socket = f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
    sites = "".join(f" {origin}" for origin in tenant.allowed_origins)
    response["Content-Security-Policy"] = POLICY.format(socket=socket, sites=sites)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _spoken(accepted: str) -> str:
    """The first language of the header that the widget speaks, else English."""
    wanted = (tag.partition("-")[0] for tag, _ in parse_accept_lang_header(accepted.lower()))
    return next((one for one in wanted if one in LANGUAGES), "en")
