"""Errors in OpenAI's shape."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Shape = TypeVar("Shape", bound=BaseModel)


class Refusal(Exception):
    """A request that is answered with an error status and OpenAI's error object."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The error object as it goes over the wire."""
        return {
            "error": {
                "message": self.message,
                "type": self.type,
                "param": self.param,
                "code": self.code,
            }
        }


def parse(shape: type[Shape], body: bytes) -> Shape:
    """The body in this shape; refused with 400 and the first mistake where it does not fit."""
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        raise refusal_of(error) from None


def refusal_of(error: ValidationError) -> Refusal:
    """The first mistake of a body as a 400 that names the place."""
    mistake = error.errors()[0]
    place = ".".join(str(part) for part in mistake["loc"]) or None
    if mistake["type"] == "json_invalid":
        return Refusal(400, f"We could not parse the JSON body of your request: {mistake['msg']}")
    if mistake["type"] == "missing":
        return Refusal(
            400,
            f"Missing required parameter: '{place}'.",
            param=place,
            code="missing_required_parameter",
        )
    return Refusal(
        400, f"Invalid value for '{place}': {mistake['msg']}.", param=place, code="invalid_value"
    )
