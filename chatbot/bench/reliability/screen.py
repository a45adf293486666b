"""What a browser shows of a conversation, by the rules of the widget's timeline."""

from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]
ENDINGS = ("reply.done", "reply.failed", "reply.stopped")


@dataclass
class LiveText:
    """A reply being written, as its deltas came: text of the newest claim only."""

    claim: int = 0
    text: str = ""


@dataclass
class Screen:
    """What was said and is being said.

    `said` holds `[seq, role, text]` for every message, `broken` the text a
    failed reply had; both as the events had it, which is final.
    """

    seq: int = 0
    begun_after: int = 0
    said: list[list[Any]] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    live: dict[str, LiveText] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    def resume(self) -> Frame:
        """The frame that says what is shown already."""
        frame: Frame = {"type": "resume", "after": self.seq}
        for reply, live in self.live.items():
            if live.text:
                return frame | {"reply": reply, "claim": live.claim, "offset": len(live.text)}
        return frame

    def misses(self, frame: Frame) -> bool:
        """Whether something before this frame has not come."""
        if frame["type"] == "event":
            return frame["seq"] > self.seq + 1
        live = self.live.get(frame["reply"], LiveText())
        shown = len(live.text) if frame["claim"] == live.claim else 0
        return (
            frame["reply"] not in self.ended
            and frame["claim"] >= live.claim
            and frame["offset"] > shown
        )

    def snapshot(self, seq: int) -> None:
        """The server leaves out what came up to this event: the page begins anew after it."""
        self.__init__(seq=seq, begun_after=seq)  # type: ignore[misc]

    def event(self, frame: Frame) -> LiveText | None:
        """The event is shown; returns what was streamed of the reply that it ends, if it does."""
        data, self.seq = frame["data"], frame["seq"]
        if frame["kind"] == "reply.failed":
            self.broken[data["reply"]] = data["partial"]
        elif data.get("id") and "text" in data:
            self.said.append([frame["seq"], data["role"], data["text"]])
        if frame["kind"] not in ENDINGS:
            return None
        self.ended.add(data["reply"])
        return self.live.pop(data["reply"], LiveText())

    def delta(self, frame: Frame) -> None:
        """The piece is shown, unless it is of an ended reply or of a claim that is over."""
        if frame["reply"] in self.ended:
            return
        live = self.live.setdefault(frame["reply"], LiveText())
        if frame["claim"] > live.claim:
            live.claim, live.text = frame["claim"], ""
        if frame["claim"] == live.claim:
            live.text += frame["text"][len(live.text) - frame["offset"] :]
