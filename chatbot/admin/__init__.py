"""Staff pages of the engine; importing this registers them."""

from chatbot.admin.knowledge import DocumentAdmin
from chatbot.admin.personas import PersonaAdmin
from chatbot.admin.providers import (
    FallbackStepAdmin,
    ModelProfileAdmin,
    ModelServerAdmin,
    ProviderKeyAdmin,
)
from chatbot.admin.transcripts import ConversationAdmin

__all__ = [
    "ConversationAdmin",
    "DocumentAdmin",
    "FallbackStepAdmin",
    "ModelProfileAdmin",
    "ModelServerAdmin",
    "PersonaAdmin",
    "ProviderKeyAdmin",
]
