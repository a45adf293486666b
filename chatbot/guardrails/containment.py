"""Take the harm out of addresses that a model writes: only the tenant's own are links.

What a model writes may be an attacker's. A picture tells another server what
its address says as soon as it is shown, a link as soon as it is clicked. So a
picture becomes a link, and a link to anywhere but the tenant's own sites
becomes text. That is done by a blank put where the sign of a link would stand
whole; nothing is taken away, so harmless text arrives as it was written.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

# Where a link can begin: `](`, `![` and `://`, also with the rest still to come.
_SIGN = re.compile(r"\]\(|!\[|://|(?:\]|!|:/?)\Z")
_TARGET_ENDS = re.compile(r"[\s)<]")
_HOST_ENDS = re.compile(r"[/?#\s)\]>\"'`<*|]")
# The widget ends an address at these; a browser reads some as the dot of a host.
_WIDE_SIGNS = re.compile("[\u3000-\u303f\uff00-\uffef]")
# A path on the page's own site; nothing that a browser or a parser reads as another host.
_OWN_PATH = re.compile(r"/[\w.~%-]|/[?#]|#[\w-]|[/#]?\Z")
# Nobody is called by a click alone, and a number has no room for anything else.
_NUMBER = re.compile(r"tel:\+?[\d().-]{3,20}", re.IGNORECASE)
# Longer than any host may be (RFC 1035), with its port.
LONGEST_HOST = 280
USUAL_PORTS = (80, 443)


class Contained:
    """Takes the pieces of one text; gives them back with foreign links broken, in order.

    `hosts` are those that links may lead to, in small letters, each with its
    port where it is not the usual one. `broken` are the addresses of which
    the links were taken, as far as they had been read by then.
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(hosts)
        self._held = ""
        self.broken: list[str] = []

    def take(self, piece: str) -> str:
        """The piece belongs to the text; what may be shown now is returned."""
        text = self._held + piece if self._held else piece
        if not _SIGN.search(text):
            self._held = ""
            return text
        return self._read(text, is_over=False)

    def end(self) -> str:
        """Nothing more comes: the rest."""
        return self._read(self._held, is_over=True)

    def _read(self, text: str, *, is_over: bool) -> str:
        shown: list[str] = []
        at = 0
        self._held = ""
        while found := _SIGN.search(text, at):
            sign, start, end = found[0], found.start(), found.end()
            is_own = self._is_own(sign, text[end:], is_over)
            if is_own is None:
                self._held = text[start:]
                text = text[:start]
                break
            if is_own:
                shown.append(text[at:end])
            else:
                self.broken.append(text[end : end + 100])
                whole = end if sign == "://" else start + 1
                shown += text[at:whole], " ", text[whole:end]
            at = end
        shown.append(text[at:])
        return "".join(shown)

    def _is_own(self, sign: str, rest: str, is_over: bool) -> bool | None:
        """Whether what begins here may stand; None while too little of it has come."""
        match sign:
            case "](":
                return self._is_own_target(rest, is_over)
            case "://":
                bare = _WIDE_SIGNS.search(rest)
                return self._is_own_host(rest[: bare.start()] + " " if bare else rest, is_over)
            case "![":
                return False
        return True if is_over else None

    def _is_own_target(self, rest: str, is_over: bool) -> bool | None:
        """As `_is_own`, for what stands in the brackets of a link."""
        ends = _TARGET_ENDS.search(rest)
        target = rest[: ends.start()] if ends else rest
        is_whole = bool(ends) or is_over or len(rest) > LONGEST_HOST
        if target.startswith(("/", "#")) and (is_whole or len(target) > 1):
            return bool(_OWN_PATH.match(target))
        if is_whole and _NUMBER.fullmatch(target):
            return True
        begins = re.match(r"(https?://)|(mailto:)", target, re.IGNORECASE)
        if begins and begins[1]:
            return self._is_own_host(target[begins.end() :] + ")" * is_whole, is_over)
        if begins and (is_whole or "?" in target):
            return target.partition("?")[0].rpartition("@")[2].lower() in self._hosts
        return False if is_whole else None

    def _is_own_host(self, rest: str, is_over: bool) -> bool | None:
        """As `_is_own`, for what follows `://`."""
        ends = _HOST_ENDS.search(rest)
        if ends is None and not is_over and len(rest) <= LONGEST_HOST:
            return None
        host = (rest[: ends.start()] if ends else rest).rstrip(".,;:!_")
        return re.fullmatch(r"[\w.:-]+", host) is not None and host_of(f"x://{host}") in self._hosts


def host_of(address: str) -> str:
    """The host that an address leads to, with its port if that is unusual; "" where it has none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if not host.isascii():
        return ""
    return f"{host}:{port}" if port and port not in USUAL_PORTS else host
