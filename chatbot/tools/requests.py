"""The HTTP request of a tool: where it leads is the tool's, who asks is code's, never a model's."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import orjson
from django.conf import settings

from chatbot.models import Tool
from chatbot.models.encryption import Sealed
from chatbot.tools.arguments import BadArguments

PLACEHOLDER = re.compile(r"\{(\w+)\}")
VISITOR = "visitor"
WITHOUT_BODY = (Tool.Method.GET, Tool.Method.DELETE)
# These are the request's own; a tool's headers do not change them.
OURS = {"host", "content-length", "transfer-encoding", "connection", "idempotency-key"}


class NoAddress(ValueError):
    """The address of a tool cannot be used like this; says what to do."""


@dataclass(frozen=True)
class Request:
    """What is sent; `secret` names the header that holds the credential."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None
    secret: str = ""


def check_address(url: str, names: set[str], *, is_demo: bool) -> None:
    """Nothing happens for an address whose braces are arguments behind the host; `NoAddress` else.

    A path alone is one of this server's own, and for the demo shop only.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise NoAddress(f"This is no address: {error}.") from None
    own = url.startswith("/") and not url.startswith("//") and is_demo
    if not own and (parts.scheme not in ("http", "https") or not host):
        raise NoAddress("Begin with https:// and the host.")
    if "@" in parts.netloc or "{" in parts.scheme + parts.netloc:
        raise NoAddress("Host and port stand fixed; arguments go into the path or behind the “?”.")
    if parts.fragment:
        raise NoAddress("What stands behind a # is never sent.")
    unknown = {*PLACEHOLDER.findall(url)} - names - {VISITOR}
    if unknown or PLACEHOLDER.sub("", url).count("{"):
        raise NoAddress(f"{{{', '.join(sorted(unknown))}}} is no argument of the schema.")


def request_of(tool: Tool, arguments: dict[str, Any], visitor: str, key: str) -> Request:
    """What this call sends; `BadArguments` where an argument would lead it elsewhere.

    `visitor` is who the visitor has proved to be, and `key` the same for
    each try of the same call.
    """
    path, mark, query = _absolute(tool).partition("?")
    named = {*PLACEHOLDER.findall(path + query)}
    values = arguments | {VISITOR: visitor}
    url = PLACEHOLDER.sub(lambda one: _of_a_path(one[1], values.get(one[1])), path)
    pairs = [PLACEHOLDER.sub(lambda one: _of_a_query(values.get(one[1])), query)] if mark else []
    rest = {name: value for name, value in arguments.items() if name not in named}
    if tool.visitor_parameter:
        rest[tool.visitor_parameter] = visitor
    body = None
    if tool.method in WITHOUT_BODY:
        pairs += [
            f"{quote(name, safe='')}={_of_a_query(one)}"
            for name, value in rest.items()
            for one in (value if isinstance(value, list) else [value])
        ]
    else:
        body = orjson.dumps(rest)
    url += f"?{'&'.join(pairs)}" if pairs else ""
    return Request(
        tool.method, url, _headers(tool, visitor, key, body), body, tool.credential_header
    )


def _absolute(tool: Tool) -> str:
    """A demo shop's tools lead to this very server, wherever it answers."""
    is_own = tool.url.startswith("/") and tool.tenant.is_demo
    return urljoin(settings.PUBLIC_URL, tool.url) if is_own else tool.url


def inside_of(tool: Tool) -> list[str]:
    """The hosts that may be called though they are not on the public internet."""
    hosts = list(settings.FETCH_INSIDE)
    if tool.url.startswith("/") and tool.tenant.is_demo:
        parts = urlsplit(settings.PUBLIC_URL)
        hosts.append(f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}")
    return hosts


def _headers(tool: Tool, visitor: str, key: str, body: bytes | None) -> dict[str, str]:
    headers = {name: str(value) for name, value in tool.headers.items() if name.lower() not in OURS}
    headers |= {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "Counterfoil/1.0",
        "X-Visitor": quote(visitor, safe="@.+-_:"),
        "Idempotency-Key": key,
    }
    if body is not None:
        headers["Content-Type"] = "application/json"
    if isinstance(tool.credential, Sealed):
        headers[tool.credential_header] = tool.credential.reveal().get_secret_value()
    return headers


def _of_a_path(name: str, value: Any) -> str:
    """One step of a path and never another: servers differ in what they make of %2F and dots."""
    text = _plain(value)
    if not text.strip(". ") or re.search(r"[/\\%?#\x00-\x1f\x7f]", text):
        raise BadArguments(f"{name} may not be empty or hold a slash or a sign like it.")
    return quote(text, safe="")


def _of_a_query(value: Any) -> str:
    return quote(_plain(value), safe="")


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)
    return orjson.dumps(value).decode()
