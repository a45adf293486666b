"""Staff pages of the engine; importing this registers them."""

from chatbot.admin.knowledge import DocumentAdmin, KnowledgePolicyAdmin
from chatbot.admin.personas import PersonaAdmin
from chatbot.admin.sources import JobAdmin, SourceAdmin
from chatbot.admin.transcripts import ConversationAdmin
from chatbot.admin.unanswered import UnansweredAdmin

__all__ = [
    "ConversationAdmin",
    "DocumentAdmin",
    "JobAdmin",
    "KnowledgePolicyAdmin",
    "PersonaAdmin",
    "SourceAdmin",
    "UnansweredAdmin",
]
