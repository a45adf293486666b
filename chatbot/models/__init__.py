"""All models of the engine."""

from chatbot.models.knowledge import Document, Passage
from chatbot.models.personas import Persona, PersonaVersion
from chatbot.models.providers import Detour, FallbackStep, ModelProfile, ModelServer, ProviderKey

__all__ = [
    "Detour",
    "Document",
    "FallbackStep",
    "ModelProfile",
    "ModelServer",
    "Passage",
    "Persona",
    "PersonaVersion",
    "ProviderKey",
]
