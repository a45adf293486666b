"""The reference of the REST API, made from its own document."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatbot.api.site import document
from chatbot.models import HookKind, Scope
from chatbot.views.docs import POLICY


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with what it takes and gives; the same for everybody."""
    said = document()
    context = {
        "server": settings.PUBLIC_URL,
        "most": settings.API_REQUESTS_PER_MINUTE,
        "groups": _groups(said),
        "shapes": [_shape(name, one) for name, one in said["components"]["schemas"].items()],
        "scopes": Scope.choices,
        "kinds": HookKind.choices,
    }
    response = render(request, "docs/api.html", context)
    response["Content-Security-Policy"] = POLICY.format(ancestors="'none'")
    return response


def _groups(said: dict[str, Any]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in said["tags"]}
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append(_operation(path, method, operation))
    return [{"name": name, "operations": listed} for name, listed in groups.items()]


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    good = [
        {"status": status, "shape": _name(next(iter(answer.get("content", {}).values()), {}))}
        for status, answer in operation["responses"].items()
        if int(status) < 400
    ]
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "text": operation["description"].rpartition("Scope:")[0].strip(),
        "scope": operation["security"][0]["Token"][0],
        "parameters": [
            {
                "name": one["name"],
                "place": one["in"],
                "kind": _kind(one["schema"]),
                "text": one.get("description", ""),
                "required": one["required"],
            }
            for one in operation["parameters"]
        ],
        "takes": _name(body),
        "gives": good,
    }


def _shape(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    required = shape.get("required", [])
    fields = [
        {
            "name": field,
            "kind": _kind(said),
            "text": said.get("description", ""),
            "required": field in required,
        }
        for field, said in shape.get("properties", {}).items()
    ]
    return {"name": name, "text": shape.get("description", ""), "fields": fields}


def _name(content: dict[str, Any]) -> str:
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]


def _kind(schema: dict[str, Any]) -> str:
    """What a value is, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")
