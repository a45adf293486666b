"""A copy of how a version of a persona speaks, apart from the row that may change."""

from typing import Any

from django.db.models import DateTimeField

from chatbot.models import Persona, PersonaVersion

# Who wrote it, and when it was said, are not how it speaks.
NOT_WORDING = {"id", "number", "reason"}


def wording_of(version: PersonaVersion) -> dict[str, Any]:
    """Everything that makes the bot speak like this version; can be kept as JSON."""
    return {name: getattr(version, name) for name in _names()}


def version_with(persona: Persona, number: int, wording: dict[str, Any]) -> PersonaVersion:
    """A version with this wording, that is not saved; what is no field any more is left out."""
    known = {name: wording[name] for name in _names() if name in wording}
    return PersonaVersion(tenant_id=persona.tenant_id, persona=persona, number=number, **known)


def _names() -> list[str]:
    return [
        field.name
        for field in PersonaVersion._meta.concrete_fields
        if not (field.is_relation or isinstance(field, DateTimeField) or field.name in NOT_WORDING)
    ]
