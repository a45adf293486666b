"""Every address of the product, and what each answer's headers must say."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from chatbot.boot.paths import ROOT
from chatbot.live.stream import PATH

NOBODYS_ID = "00000000-0000-4000-8000-000000000000"
EXAMPLES = {
    "int": "1",
    "uuid": NOBODYS_ID,
    "uuidstr": NOBODYS_ID,
    "slug": "returns",
    "str": "x",
    "path": "1",
}
# Nothing of ours stands there, and whoever asks looks for a way in.
PROBES = [
    "/.git/config", "/.git/HEAD", "/.env", "/.env.bak", "/manage.py", "/pyproject.toml",
    "/requirements.lock", "/Dockerfile", "/var/backups/", "/var/secrets", "/chatbot/settings.py",
    "/static/../chatbot/settings.py", "/static/%2e%2e/chatbot/settings.py",
    "/static/..%2f..%2fetc/passwd", "/static//etc/passwd", "/debug/", "/__debug__/",
    "/server-status", "/phpinfo.php", "/wp-login.php", "/actuator/env", "/version", "/metrics/env",
    "/admin/../.env", "/static/", "/admin/doc/",
]  # fmt: skip


def addresses() -> list[str]:
    """A path for every route there is, filled with examples; files and the stream too."""
    routes = {_filled(route) for route in _routes(get_resolver(), "/")}
    files = {
        f"/static/{path.relative_to(ROOT / 'static').as_posix()}"
        for path in (ROOT / "static").rglob("*")
        if path.is_file()
    }
    return sorted(routes | files | {PATH, "/nothing/is/here", "/admin/nothing/"})


def _routes(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path


def _filled(route: str) -> str:
    """The route with an example for each of its parts; regular expressions lose their signs."""
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda part: EXAMPLES[part[1] or "str"], route)
    path = re.sub(r"\(\?P.*?\)(?=[/$]|\Z)", "x", path)
    return re.sub(r"[\^$\\]|\(\?:|\)\?", "", path)


def missing(headers: Mapping[str, str]) -> list[str]:
    """What the answer with these headers, named in small letters, does not say and must."""
    policy = headers.get("content-security-policy", "")
    wrong = []
    if not policy.startswith("default-src"):
        wrong.append("content-security-policy")
    if "frame-ancestors" not in policy and "sandbox" not in policy:
        wrong.append("frame-ancestors")
    if headers.get("x-content-type-options") != "nosniff":
        wrong.append("x-content-type-options")
    if not headers.get("referrer-policy"):
        wrong.append("referrer-policy")
    if "server" in headers or "x-powered-by" in headers:
        wrong.append("names its server")
    if headers.get("access-control-allow-credentials"):
        wrong.append("lends its cookies")
    cookie = headers.get("set-cookie", "").lower()
    if "sessionid=" in cookie and not ("httponly" in cookie and "samesite" in cookie):
        wrong.append("a bare session cookie")
    return wrong


def named(answer: Any) -> dict[str, str]:
    """The headers of an answer by their names in small letters."""
    return {name.lower(): value for name, value in answer.getheaders()}
