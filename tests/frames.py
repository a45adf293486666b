"""Every frame that a browser may send, field by field, and the ways to get one wrong.

Written as JSON, because some of the ways are about JSON.
"""

import uuid
from dataclasses import dataclass, field

# The same in every run: they are parts of the names of tests.
ID, ANOTHER_ID = (f'"{uuid.UUID(int=number << 64, version=4)}"' for number in (7, 8))
EVERY_KIND = ["null", "true", "false", "7", "0.5", '"some text"', '""', "[]", "{}"]


@dataclass(frozen=True)
class Field:
    """One field: a value that is right, further right ones, and those that are refused."""

    right: str
    also: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    optional: bool = False


def but(*right: str) -> list[str]:
    """Every kind of JSON value but these."""
    return [kind for kind in EVERY_KIND if kind not in right]


NUMBER = Field(
    right="0",
    also=["7", "2147483647", "-0"],
    wrong=[
        *but("7"),
        "-1",
        "2147483648",
        "18446744073709551616",
        "9" * 400,
        "1e99",
        "1e400",
        "7.0",
    ],
    optional=True,
)
KNOWN_REPLY = Field(
    right=ID,
    also=["null", '""', '"some text"'],
    wrong=but("null", '""', '"some text"'),
    optional=True,
)
NEW_ID = Field(
    right=ID,
    also=[ANOTHER_ID.upper()],
    wrong=[*but(), f'{ID[:-2]}"', f'{ID[:-1]}0"', f'"{"g" * 32}"', f'"\\u0000{ID[1:]}', f"[{ID}]"],
)
TEXT = Field(
    right='"Hello"',
    also=['"some text"', '""', '"\\u0000"', '"\\ud83d\\ude00"', '"{\\"type\\": \\"ping\\"}"'],
    wrong=but('"some text"', '""'),
)

FRAMES = {
    "resume": {"after": NUMBER, "reply": KNOWN_REPLY, "claim": NUMBER, "offset": NUMBER},
    "message.send": {"id": NEW_ID, "text": TEXT},
    "reply.stop": {"reply": NEW_ID},
    "reply.again": {"id": NEW_ID, "reply": NEW_ID},
    "person.ask": {"id": NEW_ID},
    "typing": {},
    "ping": {},
}

# More than any reader goes down, and within 64 KB.
DEEP = 30_000
# By what is wrong; no field is named, for there is none to name.
NO_FRAMES = {
    "nothing": "",
    "spaces": "   ",
    "words": "not JSON",
    "a broken end": '{"type": "ping"',
    "a comma too much": '{"type": "ping",}',
    "two in one": '{"type": "ping"}{"type": "ping"}',
    "single quotes": "{'type': 'ping'}",
    "a comment": '{"type": "ping"} // hello',
    "a raw NUL": '{"type": "ping", "more": "\0"}',
    "a byte order mark": '\ufeff{"type": "ping"}',
    "a list": '[{"type": "ping"}]',
    "a text": '"ping"',
    "null": "null",
    "a number": "17",
    "no field": "{}",
    "no type": '{"id": 1}',
    "a type that is null": '{"type": null}',
    "a type that is a list": '{"type": ["ping"]}',
    "an unknown type": '{"type": "hello"}',
    "another case": '{"type": "Ping"}',
    "a space": '{"type": "ping "}',
    "a frame of the server": '{"type": "pong"}',
    "a later type": '{"type": "ping", "type": "hello"}',
    "deep lists": "[" * DEEP,
    "deep objects": '{"a":' * (DEEP // 3),
    "something deep, whole": f'{{"type": "ping", "more": {"[" * DEEP}{"]" * DEEP}}}',
}
ALSO_A_PING = {
    "extra fields": '{"type": "ping", "later": "field", "id": 5, "after": "x"}',
    "the last of two": '{"type": "hello", "type": "ping"}',
    "another order": '{"more": [1, {"type": "hello"}], "type": "ping"}',
    "spaces": ' \r\n\t{ "type" : "ping" } ',
    "escapes": '{"\\u0074ype": "\\u0070ing"}',
    "something deep": f'{{"type": "ping", "more": {"[" * 500}{"]" * 500}}}',
    "a huge number": f'{{"type": "ping", "more": [{"9" * 400}, 1e400]}}',
}


def written(kind: str, **fields: str) -> str:
    """The frame of this type with these fields, their values as JSON."""
    pairs = [f'"type": "{kind}"', *(f'"{name}": {value}' for name, value in fields.items())]
    return "{" + ", ".join(pairs) + "}"


def right(kind: str) -> dict[str, str]:
    """Each field of this frame with a value that is right."""
    return {name: one.right for name, one in FRAMES[kind].items()}


def right_frames() -> list[str]:
    """Every frame whole, without what may be left out, and with every further right value."""
    found = []
    for kind, fields in FRAMES.items():
        found.append(written(kind, **right(kind)))
        for name, one in fields.items():
            found += [written(kind, **_without(kind, name))] * one.optional
            found += [written(kind, **{**right(kind), name: value}) for value in one.also]
    return found


def wrong_frames(kind: str) -> list[tuple[str, str]]:
    """The frame without each field it needs and with each wrong value, and that field's name."""
    found = []
    for name, one in FRAMES[kind].items():
        found += [(written(kind, **_without(kind, name)), name)] * (not one.optional)
        found += [(written(kind, **{**right(kind), name: value}), name) for value in one.wrong]
    return found


def _without(kind: str, name: str) -> dict[str, str]:
    return {other: value for other, value in right(kind).items() if other != name}
