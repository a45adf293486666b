"""Inputs as people, scripts and attackers send them, by a seed."""

import csv
import io
import random
import uuid
from typing import Any

import orjson

NASTY = [
    "", " ", "\0", "before\0after", "\ud800", "lone \ud800 and \udc00", "\u202eabc\u202c",
    "e" + "\u0301" * 300, "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\ufeffx",
    "\u2028\u2029", "\x1b[31m\x7f\x85", "ﷺ" * 30, "=1+1", "@SUM(A1)", "＝cmd|' /C calc'!A0",
    "' OR 1=1; --", "'; DROP TABLE users; --", "%s%n%x", "${7*7}{{7*7}}",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)",
    "[a](javascript:b)", "../../etc/passwd", "..\\..\\x", "/etc/passwd\0.png", "CON",
    "\r\nSet-Cookie: a=b", "a" * 3999, "a" * 4001, "汉" * 4000, "1" * 400, "-1", "1e999", "NaN",
    "null", "undefined", "[]", "{}", "true", "0x10", "٣", "½", "2026-02-30",
    "9999-12-31T23:59:60Z", "sk-proj-abcdefghijklmnopqrst", "a@b", "ada@example.com",
]  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, -1, 2**31, 2**63, 2**64 - 1, 1.5, -0.0, 1e300, [], {}, [[]],
    {"a": {"b": []}}, [None] * 50,
]  # fmt: skip
FRAMES = ["message.send", "reply.stop", "reply.again", "person.ask", "typing", "ping", "resume"]
NAMES = ["type", "id", "text", "reply", "after", "claim", "offset", "key", "token", "locale", "x"]
BEGINNINGS = [
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"%PDF-1.7\n", b"RIFF\0\0\0\0WEBP",
    b"PK\x03\x04", b"MZ", b"<svg>", b"",
]  # fmt: skip
ENDINGS = ["md", "txt", "html", "csv", "pdf", "docx", "exe", "", "md.exe", "csv\0"]


class Maker:
    """Makes inputs; the same seed makes the same."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secrets here

    def uuid(self) -> str:
        """A new id."""
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def text(self) -> str:
        """Something nasty, or two, or noise of any plane."""
        chance = self.chance
        match chance.randrange(4):
            case 0:
                return chance.choice(NASTY)
            case 1:
                return chance.choice(NASTY) + chance.choice(NASTY)
            case 2:
                return "".join(chr(chance.randrange(0x11000)) for _ in range(chance.randrange(80)))
        return f"Where is order {chance.randrange(10**6)}? {chance.choice(NASTY)}"

    def value(self) -> Any:
        """A text, a number, or what nobody expects."""
        return self.text() if self.chance.random() < 0.6 else self.chance.choice(ODD)

    def frame(self) -> dict[str, Any]:
        """A frame of the protocol, one in three with something wrong in it."""
        chance = self.chance
        frame: dict[str, Any] = {"type": chance.choice(FRAMES[:-1])}
        frame |= {"id": self.uuid(), "text": self.text(), "reply": self.uuid()}
        for _ in range(chance.choice([0, 0, 1, 2])):
            frame[chance.choice(NAMES)] = self.value()
        return frame

    def json(self, body: Any) -> bytes:
        """The body as JSON, sometimes cut, doubled or with bytes that are none."""
        try:
            packed = orjson.dumps(body)
        except (TypeError, ValueError):  # half an emoji, as browsers do write it
            packed = ascii(body).replace("'", '"').encode()
        return self.spoilt(packed) if self.chance.random() < 0.2 else packed

    def spoilt(self, packed: bytes) -> bytes:
        """Cut, doubled, or with a byte changed."""
        at = self.chance.randrange(len(packed) + 1)
        match self.chance.randrange(3):
            case 0:
                return packed[:at]
            case 1:
                return packed[at:] + packed
        return packed[:at] + bytes([self.chance.randrange(256)]) + packed[at + 1 :]

    def file(self) -> tuple[str, bytes]:
        """A name and bytes that may or may not be what they say."""
        chance = self.chance
        name = f"{self.text()[:60]}.{chance.choice(ENDINGS)}"
        noise = chance.randbytes(chance.choice([0, 1, 60, 3000]))
        match chance.randrange(3):
            case 0:
                return name, chance.choice(BEGINNINGS) + noise
            case 1:
                return name, self.table()
        text = "\n\n".join(self.text() for _ in range(5))
        return name, f"# {text}".encode("utf-8", "replace")

    def table(self) -> bytes:
        """A cost export or a table of questions, right or wrong."""
        chance = self.chance
        written = io.StringIO()
        lines = csv.writer(written, delimiter=chance.choice(",\t;"))
        lines.writerow(chance.choice([["date", "model", "amount"], ["question", "answer"], [""]]))
        for _ in range(chance.randrange(6)):
            row = chance.choice([["2026-11-01", "gpt", "1.5"], [self.text() for _ in range(3)]])
            lines.writerow(one.replace("\0", "") for one in row)
        packed = written.getvalue().encode("utf-8", "replace")
        return self.spoilt(packed) if chance.random() < 0.3 else packed

    def form(
        self, fields: dict[str, str], name: str, files: list[tuple[str, bytes]]
    ) -> tuple[str, bytes]:
        """Content type and body of a form with files."""
        mark = self.uuid()
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode(
                "utf-8", "replace"
            )
            for key, value in fields.items()
        ]
        for called, content in files:
            safe = called.replace('"', "%22").replace("\r", "").replace("\n", "")
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{safe}"'
            parts.append(head.encode("utf-8", "replace") + b"\r\n\r\n" + content + b"\r\n")
        return f"multipart/form-data; boundary={mark}", b"".join(parts) + f"--{mark}--\r\n".encode()
