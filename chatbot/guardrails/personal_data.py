"""Find personal data and secrets in a text; hide them from a provider and from logs.

Found by their shape, and where there is one by their check digits: a number
that only looks like a card is none. Names and addresses have no shape and
are not found.
"""

import functools
import ipaddress
import logging
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field


def _luhn(text: str) -> bool:
    digits = [int(sign) for sign in text if sign.isdecimal()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _iban(text: str) -> bool:
    """ISO 13616: letters count from 10, the first four signs come last, the rest by 97 is 1."""
    compact = text.replace(" ", "").upper()
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1


# GB 11643-1999: what each of the first 17 digits weighs, and the last sign by the sum's rest.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LAST_SIGNS = "10X98765432"


def _chinese_id(text: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return _LAST_SIGNS[total % 11] == text[-1].upper()


def _ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _phone(text: str) -> bool:
    digits = sum(sign.isdecimal() for sign in text)
    return 8 <= digits <= 15


def _always(_: str) -> bool:
    return True


def _shape(pattern: str) -> re.Pattern[str]:
    """Of Latin letters and figures: a Chinese sign beside them is no part of it."""
    return re.compile(pattern, re.ASCII)


@dataclass(frozen=True)
class Kind:
    """One kind of personal data: its shape, and what must hold of what has it."""

    name: str
    label: str
    shape: re.Pattern[str]
    holds: Callable[[str], bool] = _always


# In the order in which they are looked for; what one has found no later one takes.
KINDS = (
    Kind(
        "secret",
        "Passwords and keys of programs",
        _shape(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
            r"|\b(?:sk|rk|pk)[-_](?:live|test|proj|ant|svcacct)?[-_]?[A-Za-z0-9_-]{16,}"
            r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{18,}"
            r"|\bxox[abprs]-[\w-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}"
            r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"
        ),
    ),
    Kind(
        "email",
        "E-mail addresses",
        _shape(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])"),
    ),
    Kind(
        "iban",
        "Bank accounts (IBAN)",
        _shape(r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?\b"),
        _iban,
    ),
    Kind(
        "id_number",
        "Chinese identity numbers",
        _shape(
            r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
            r"\d{3}[\dXx](?![\dA-Za-z])"
        ),
        _chinese_id,
    ),
    Kind("card", "Payment cards", _shape(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d])"), _luhn),
    Kind(
        "ip",
        "Addresses of computers (IP)",
        _shape(
            r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})"
            r"(?![\w:]|\.\d)"
        ),
        _ip,
    ),
    Kind(
        "phone",
        "Telephone numbers",
        _shape(
            r"(?<![\w.+-])(?<!\d )(?:\+|00)[1-9]\d{0,2}(?:[ ./-]?\(?\d{1,5}\)?){2,6}(?!\d)"
            r"|(?<![\d.-])1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"  # mobile in China
            r"|(?<![\d.-])0\d{2,3}[ -]?\d{7,8}(?!\d)"  # landline in China
            r"|(?<![\w.-])\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"  # North America
        ),
        _phone,
    ),
)
NAMES = tuple(kind.name for kind in KINDS)
# What nobody needs to say to a bot is hidden from providers unless a tenant chose otherwise.
USUALLY_HIDDEN = ("secret", "iban", "id_number", "card")

# Of every shape: a digit, an @, or the letters that a key begins with.
_WORTH_A_LOOK = re.compile(r"\d|@|PRIVATE KEY|\b(?:sk|pk|rk|gh\w|xox\w|eyJ|AIza|glpat|AKIA|ASIA)")


@dataclass(frozen=True)
class Found:
    """Personal data in a text, from `start` to `end`."""

    start: int
    end: int
    kind: str


def find(text: str, kinds: Collection[str] = NAMES) -> list[Found]:
    """All personal data of these kinds in the text, in order; no two overlap."""
    return list(_find(text, tuple(kinds)))


# The words of a growing history are looked at again in every turn.
@functools.lru_cache(maxsize=2048)
def _find(text: str, kinds: tuple[str, ...]) -> tuple[Found, ...]:
    if not _WORTH_A_LOOK.search(text):
        return ()
    found: list[Found] = []
    for kind in KINDS:
        if kind.name not in kinds:
            continue
        for match in kind.shape.finditer(text):
            start, end = match.span()
            is_free = all(end <= one.start or one.end <= start for one in found)
            if is_free and kind.holds(match[0]):
                found.append(Found(start, end, kind.name))
    return tuple(sorted(found, key=lambda one: one.start))


@dataclass
class Redaction:
    """Hides personal data behind placeholders like `[EMAIL_1]`, and knows what they stand for.

    The same words get the same placeholder for as long as one redaction
    is used, so that a model can tell one address from another.
    """

    kinds: Collection[str]
    originals: dict[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """The text with placeholders."""
        found = find(text, self.kinds)
        for one in reversed(found):
            text = text[: one.start] + self._placeholder(text, one) + text[one.end :]
        return text

    def _placeholder(self, text: str, found: Found) -> str:
        original = text[found.start : found.end]
        for placeholder, known in self.originals.items():
            if known == original:
                return placeholder
        number = sum(f"[{found.kind.upper()}_" in one for one in self.originals) + 1
        placeholder = f"[{found.kind.upper()}_{number}]"
        self.originals[placeholder] = original
        return placeholder


class Restored:
    """Takes the pieces of a model's text; gives them back with the words for each placeholder.

    The visitor wrote them, so the visitor may read them.
    """

    def __init__(self, originals: dict[str, str]) -> None:
        self._originals = originals
        self._placeholder = re.compile("|".join(map(re.escape, originals)))
        self._begins = {one[:end] for one in originals for end in range(1, len(one))}
        self._longest = max(map(len, originals))
        self._held = ""

    def take(self, piece: str) -> str:
        """The piece belongs to the text; what may be shown now is returned."""
        text = self._held + piece
        bracket = text.rfind("[", -self._longest)
        self._held = ""
        if bracket >= 0 and text[bracket:] in self._begins:
            text, self._held = text[:bracket], text[bracket:]
        return self._placeholder.sub(lambda found: self._originals[found[0]], text)

    def end(self) -> str:
        """Nothing more comes: the rest."""
        rest, self._held = self._held, ""
        return rest


def redacted(text: str) -> str:
    """The text with the kind of each piece of personal data in its place."""
    for one in reversed(find(text)):
        text = f"{text[: one.start]}[{one.kind}]{text[one.end :]}"
    return text


class RedactingFilter(logging.Filter):
    """No record of the log holds personal data or a secret.

    Dates, ids and addresses of our own machines look like some kinds and are
    what logs are for, so only those are looked for that nothing else looks like.
    """

    KINDS = ("secret", "email", "iban", "id_number", "card")

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; the record is changed where it has to be."""
        message = record.getMessage()
        clean = self._clean(message)
        if clean != message:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[0] and not record.exc_text:
            # every formatter takes this one: an exception may repeat what it was given
            record.exc_text = self._clean(logging.Formatter().formatException(record.exc_info))
        return True

    def _clean(self, text: str) -> str:
        for one in reversed(find(text, self.KINDS)):
            text = f"{text[: one.start]}[{one.kind}]{text[one.end :]}"
        return text
