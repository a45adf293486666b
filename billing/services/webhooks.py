"""Post a signed body to an address of somebody else's, and to nowhere inside.

`conversations.outside` judges where the address leads. Redirects are not
followed.
"""

import base64
import hashlib
import hmac
import http.client
import time

from django.conf import settings

from conversations.outside import Line, NotOutside, line_to

TIMEOUT_SECONDS = 10
IN_BASE64 = "whsec_"


class HookError(Exception):
    """The receiver did not take it, or must not be called; says why."""


def post_signed(url: str, body: bytes, secret: str, message: str) -> None:
    """The receiver has answered 2xx; else `HookError`, or `OSError` from the network.

    It is signed in two ways. `X-Counterfoil-Signature` is `sha256=` and the
    HMAC-SHA256 in hex of `X-Counterfoil-Timestamp`, a full stop and the body;
    `webhook-signature` is as Standard Webhooks has it, under the id
    `message`, which is the same in every try. A receiver refuses what is
    older than some minutes, so that nothing can be played again.
    """
    moment = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Counterfoil",
        "X-Counterfoil-Timestamp": moment,
        "X-Counterfoil-Signature": f"sha256={signature(secret, moment, body)}",
        "webhook-id": message,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{standard_signature(secret, message, moment, body)}",
    }
    line = _line_to(url)
    try:
        line.connection.request("POST", line.path, body, headers)
        status = line.connection.getresponse().status
    except http.client.HTTPException as error:
        raise HookError(f"The receiver does not speak HTTP: {error!r}") from error
    finally:
        line.connection.close()
    if not 200 <= status < 300:
        raise HookError(f"The receiver answered {status}.")


def signature(secret: str, moment: str, body: bytes) -> str:
    """The HMAC-SHA256 in hex that both sides compute."""
    signed = moment.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def standard_signature(secret: str, message: str, moment: str, body: bytes) -> str:
    """The HMAC-SHA256 in base64 of id, time and body (standardwebhooks.com, read 2026-11-24).

    A secret that begins with `whsec_` is base64 behind it; another is its own bytes.
    """
    key = (
        base64.b64decode(secret[len(IN_BASE64) :])
        if secret.startswith(IN_BASE64)
        else secret.encode()
    )
    signed = b".".join([message.encode(), moment.encode(), body])
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _line_to(url: str) -> Line:
    """A developer's own machine may be called as well, and without TLS."""
    anywhere = _Everything() if settings.DEBUG else ()
    try:
        return line_to(url, seconds=TIMEOUT_SECONDS, plain=settings.DEBUG, inside=anywhere)
    except NotOutside as reason:
        raise HookError(str(reason)) from None


class _Everything:
    def __contains__(self, _: object) -> bool:
        return True
