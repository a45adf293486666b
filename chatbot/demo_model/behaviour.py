"""How the demo model is told to pace itself and to misbehave."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from chatbot.demo_model.refusals import Refusal

Milliseconds = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Endpoint = Literal["chat.completions", "completions", "embeddings", "moderations"]


class Wanted(BaseModel):
    """A call that is to be made; arguments that are text are written as they stand."""

    name: str
    arguments: dict[str, Any] | str = {}

    def written(self) -> str:
        """The arguments as the model writes them."""
        if isinstance(self.arguments, str):
            return self.arguments
        return orjson.dumps(self.arguments).decode()


class Behaviour(BaseModel):
    """One request's pace and faults; a count of tokens says after how many it happens."""

    model_config = ConfigDict(extra="forbid")

    # So that people see it stream: about 55 tokens a second.
    first_token_ms: Milliseconds = 250
    token_ms: Milliseconds = 18

    # Faults before the answer.
    stall_before_headers: bool = False
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    code: str | None = None
    type: str | None = None
    message: str | None = None
    retry_after: Annotated[float, Field(ge=0)] | None = None

    # Faults within it. A stall lasts `stall_ms`, or until the client leaves.
    stall_after_tokens: Count | None = None
    stall_ms: Milliseconds | None = None
    cut_after_tokens: Count | None = None
    end_early_after_tokens: Count | None = None
    corrupt_after_tokens: Count | None = None
    split_utf8: bool = False
    tiny_chunks: bool = False

    # What is told at the end.
    omit_usage: bool = False
    zero_usage: bool = False
    usage_in_last_choice_chunk: bool = False
    finish_reason: Literal["stop", "length", "content_filter"] | None = None

    # The words: one of these instead of an answer. A numbered word and a stamp
    # count as one token each.
    empty: bool = False
    text: str | None = None
    tokens: Count | None = None
    stamp: bool = False

    # What is called: these, once a turn; or whatever any text of the prompt orders.
    calls: list[Wanted] | None = None
    obey: bool = False

    def fault(self) -> str | None:
        """The names of the faults asked for, joined by +; None for a good answer."""
        changed = [name for name in FAULTS if getattr(self, name) not in (None, False)]
        return "+".join(changed) or None


NOT_FAULTS = {
    "first_token_ms", "token_ms", "code", "type", "message", "retry_after", "stall_ms",
    "text", "tokens", "stamp", "calls", "obey", "match", "times", "endpoint",
}  # fmt: skip
FAULTS = [name for name in Behaviour.model_fields if name not in NOT_FAULTS]


class Rule(Behaviour):
    """A behaviour for the requests it matches, as often as `times` says."""

    match: str = "*"
    endpoint: Endpoint | None = None
    times: Count | None = None

    def fits(self, endpoint: str, question: str) -> bool:
        """True while the rule is not used up and the question holds its text."""
        return (
            self.times != 0
            and self.endpoint in (None, endpoint)
            and (self.match == "*" or self.match.casefold() in question.casefold())
        )


RULES = TypeAdapter(list[Rule])
USUAL = Behaviour()


class Rulebook:
    """The rules in force, in memory only; the first that fits wins."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def replace(self, body: bytes) -> None:
        """Put these rules in force instead of all earlier ones; refused whole where one is bad."""
        try:
            self.rules = RULES.validate_json(body)
        except ValidationError as error:
            raise _explain(error, Rule) from None

    def choose(self, endpoint: str, question: str) -> Behaviour:
        """The behaviour for this request; a counted rule is used up by one."""
        for rule in self.rules:
            if rule.fits(endpoint, question):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return USUAL

    def as_json(self) -> list[dict[str, Any]]:
        """The rules with what is left of their counts."""
        return [rule.model_dump(exclude_defaults=True) for rule in self.rules]


def read_fault(text: str) -> Behaviour:
    """The behaviour in a request's own header; 400 with the known names for an unknown one."""
    try:
        return Behaviour.model_validate(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise Refusal(400, f"X-Demo-Fault is not JSON: {error}") from None
    except ValidationError as error:
        raise _explain(error, Behaviour) from None


def _explain(error: ValidationError, shape: type[Behaviour]) -> Refusal:
    mistakes = "; ".join(
        f"{'.'.join(str(part) for part in mistake['loc'])}: {mistake['msg']}"
        for mistake in error.errors()
    )
    return Refusal(
        400,
        f"Not a behaviour: {mistakes}. Known settings: {', '.join(shape.model_fields)}.",
        code="unknown_behaviour",
    )
