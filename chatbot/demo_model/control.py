"""Where tests and benches set rules and read the log; only clients on this machine may."""

from collections import OrderedDict
from dataclasses import dataclass, field

import orjson
from pydantic import TypeAdapter, ValidationError

from chatbot.demo_model.behaviour import Rulebook
from chatbot.demo_model.exchange import Exchange
from chatbot.demo_model.model_rules import ModelRules
from chatbot.demo_model.refusals import Refusal, refusal_of
from chatbot.demo_model.request_log import RequestLog

REMEMBERED_BODIES = 500
MODELS = TypeAdapter(list[str | ModelRules])


@dataclass
class Control:
    """What can be changed and read while the server runs."""

    log: RequestLog
    rulebook: Rulebook = field(default_factory=Rulebook)
    also_models: list[str] = field(default_factory=list)
    rules: dict[str, ModelRules] = field(default_factory=dict)
    bodies: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    def remember(self, attempt: str | None, body: bytes) -> None:
        """The newest `REMEMBERED_BODIES` requests of attempts can be read again."""
        if attempt:
            self.bodies[attempt] = body
            while len(self.bodies) > REMEMBERED_BODIES:
                self.bodies.popitem(last=False)

    async def answer(self, exchange: Exchange) -> None:
        """Serve one /control request; refused for clients of other machines."""
        if not exchange.is_local():
            raise Refusal(403, "The control endpoints answer clients on this machine only.")
        body = await exchange.body()
        match exchange.method, exchange.path:
            case "GET", "/control/log":
                await exchange.json(self.log.lines(exchange.query("attempt")))
            case "GET", "/control/request":
                body = self.bodies.get(exchange.query("attempt") or "", b"null")
                await exchange.json(orjson.loads(body))
            case "GET", "/control/totals":
                await exchange.json(self.log.totals())
            case ("GET" | "PUT" | "DELETE") as method, "/control/behaviour":
                if method != "GET":
                    self.rulebook.replace(body if method == "PUT" else b"[]")
                await exchange.json(self.rulebook.as_json())
            case ("GET" | "PUT") as method, "/control/models":
                if method == "PUT":
                    self._accept_models(body)
                await exchange.json(self.also_models)
            case _:
                raise Refusal(404, f"No such control: {exchange.method} {exchange.path}.")

    def _accept_models(self, body: bytes) -> None:
        try:
            given = MODELS.validate_json(body)
        except ValidationError as error:
            raise refusal_of(error) from None
        self.rules = {one.id: one for one in given if isinstance(one, ModelRules)}
        self.also_models = [one.id if isinstance(one, ModelRules) else one for one in given]
