"""Whether a tenant's tag stands on its site, found by looking at a page of it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.conf import settings

from chatbot.knowledge.fetching import FetchFailed, fetch
from conversations.models import Tenant


@dataclass(frozen=True)
class Step:
    """Something that must be so; where it is not, `advice` says what to do."""

    what: str
    is_so: bool
    advice: str = ""


def tag_of(tenant: Tenant) -> str:
    """What stands on every page that shows the tenant's widget."""
    source = f"{settings.PUBLIC_URL}/widget.js"
    return f'<script async src="{source}" data-key="{tenant.public_key}"></script>'


def look_at(tenant: Tenant, url: str) -> list[Step]:
    """Step by step, whether the page at this address shows the tenant's widget.

    Only an address outside is asked, and the one it redirects to. Where a
    step fails, those after it are left out.
    """
    try:
        page = fetch(url)
    except FetchFailed as reason:
        return [Step("The page can be read", False, str(reason))]
    steps = [Step("The page can be read", True)]
    tags = [
        tag
        for tag in BeautifulSoup(page.content, "html.parser").find_all("script", src=True)
        if urlsplit(str(tag["src"])).path.endswith("/widget.js")
    ]
    if not tags:
        advice = "Put the tag before </body>. A tag that a script adds later cannot be seen here."
        return [*steps, Step("It carries the tag", False, advice)]
    steps.append(Step("It carries the tag", True))
    keys = {str(tag.get("data-key", "")) for tag in tags}
    right = tenant.public_key in keys
    advice = f"It says “{', '.join(sorted(keys))}”; copy the tag again."
    steps.append(Step("The key is this tenant's", right, "" if right else advice))
    ours = urlsplit(settings.PUBLIC_URL).netloc
    hosts = {urlsplit(str(tag["src"])).netloc for tag in tags} - {""}
    here = ours in hosts or not hosts
    advice = f"It loads from {', '.join(sorted(hosts))}, and this server is {ours}."
    steps.append(Step("It loads from this server", here, "" if here else advice))
    origin = origin_of(page.url)
    allowed = origin in tenant.allowed_origins or urlsplit(origin).netloc == ours
    advice = f"Add {origin} to the tenant's sites."
    steps.append(Step("The site is in the tenant's list", allowed, "" if allowed else advice))
    if urlsplit(settings.PUBLIC_URL).scheme == "http" and origin.startswith("https://"):
        advice = "A page over https loads nothing over http; set PUBLIC_URL to an https address."
        steps.append(Step("The server is reached over https", False, advice))
    return steps


def origin_of(url: str) -> str:
    """Scheme, host and port as browsers send them."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    host = (parts.hostname or "").lower()
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
