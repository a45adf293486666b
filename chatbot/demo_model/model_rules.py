"""What a model that the demo model stands in for refuses, as OpenAI's models do."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from chatbot.demo_model.refusals import Refusal


class ModelRules(BaseModel):
    """A model by another name; what it does not name, it takes.

    `refuses` are parameters, `values` the only ones that a parameter may
    have, and `only_with` what has to stand beside a parameter.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    endpoint: str = "chat.completions"
    refuses: list[str] = []
    values: dict[str, list[Any]] = {}
    only_with: dict[str, dict[str, Any]] = {}

    def check(self, endpoint: str, body: dict[str, Any]) -> None:
        """Refused with the error of OpenAI's where the body holds what the model does not take."""
        if endpoint != self.endpoint:
            raise Refusal(
                404,
                f"This model is not supported in the /v1/{endpoint.replace('.', '/')} endpoint.",
                param="model",
                code="model_not_found",
            )
        for name in body:
            if name in self.refuses:
                raise Refusal(
                    400,
                    f"Unsupported parameter: '{name}' is not supported with this model.",
                    param=name,
                    code="unsupported_parameter",
                )
            beside = self.only_with.get(name, {})
            fits = all(body.get(other) == value for other, value in beside.items())
            if not fits or (name in self.values and body[name] not in self.values[name]):
                raise Refusal(
                    400,
                    f"Unsupported value: '{name}' does not support {body[name]} with this model.",
                    param=name,
                    code="unsupported_value",
                )
