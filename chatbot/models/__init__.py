"""All models of the engine."""

from chatbot.models.knowledge import Document, Passage
from chatbot.models.personas import Persona, PersonaVersion

__all__ = ["Document", "Passage", "Persona", "PersonaVersion"]
