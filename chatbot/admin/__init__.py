"""Staff pages of the engine; importing this registers them."""

from chatbot.admin.api_tokens import ApiTokenAdmin
from chatbot.admin.canaries import RolloutAdmin
from chatbot.admin.evaluation import EvaluationSetAdmin
from chatbot.admin.fallback import FallbackStepAdmin
from chatbot.admin.guardrails import GuardPolicyAdmin, VerdictAdmin
from chatbot.admin.hooks import EventHookAdmin, HookDeliveryAdmin
from chatbot.admin.knowledge import DocumentAdmin, KnowledgePolicyAdmin
from chatbot.admin.model_matrix import ModelProfileAdmin
from chatbot.admin.personas import PersonaAdmin
from chatbot.admin.providers import ModelServerAdmin, ProviderKeyAdmin
from chatbot.admin.sandbox import TrialAdmin
from chatbot.admin.sources import JobAdmin, SourceAdmin
from chatbot.admin.tools import ToolAdmin, ToolCallAdmin
from chatbot.admin.transcripts import ConversationAdmin
from chatbot.admin.unanswered import UnansweredAdmin
from chatbot.admin.widget import WidgetSettingsAdmin
from chatbot.admin.word_lists import WordListAdmin

__all__ = [
    "ApiTokenAdmin",
    "ConversationAdmin",
    "DocumentAdmin",
    "EvaluationSetAdmin",
    "EventHookAdmin",
    "FallbackStepAdmin",
    "GuardPolicyAdmin",
    "HookDeliveryAdmin",
    "JobAdmin",
    "KnowledgePolicyAdmin",
    "ModelProfileAdmin",
    "ModelServerAdmin",
    "PersonaAdmin",
    "ProviderKeyAdmin",
    "RolloutAdmin",
    "SourceAdmin",
    "ToolAdmin",
    "ToolCallAdmin",
    "TrialAdmin",
    "UnansweredAdmin",
    "VerdictAdmin",
    "WidgetSettingsAdmin",
    "WordListAdmin",
]
