"""All models of the engine."""

from chatbot.models.api import ApiToken, KeptAnswer, Scope
from chatbot.models.drafts import Draft
from chatbot.models.guardrails import GuardPolicy, Verdict
from chatbot.models.hooks import EventHook, HookDelivery, HookKind, HookMark
from chatbot.models.identity import IdentitySecret, UsedToken
from chatbot.models.inbox import InboxMark, InboxRow, SavedView
from chatbot.models.jobs import Job, JobItem
from chatbot.models.knowledge import Document, KnowledgePolicy, Passage, PassageVector, Source, Term
from chatbot.models.personas import Persona, PersonaVersion
from chatbot.models.prompt_texts import PromptText
from chatbot.models.providers import Detour, FallbackStep, ModelProfile, ModelServer, ProviderKey
from chatbot.models.rollout import Rollout
from chatbot.models.sandbox import EvaluationCase, EvaluationSet, Trial, TrialItem
from chatbot.models.summaries import Summary
from chatbot.models.tools import Tool, ToolCall
from chatbot.models.unanswered import UnansweredQuestion
from chatbot.models.word_lists import WordList, WordListPublication, WordListVersion

__all__ = [
    "ApiToken",
    "Detour",
    "Document",
    "Draft",
    "EvaluationCase",
    "EvaluationSet",
    "EventHook",
    "FallbackStep",
    "GuardPolicy",
    "HookDelivery",
    "HookKind",
    "HookMark",
    "IdentitySecret",
    "InboxMark",
    "InboxRow",
    "Job",
    "JobItem",
    "KeptAnswer",
    "KnowledgePolicy",
    "ModelProfile",
    "ModelServer",
    "Passage",
    "PassageVector",
    "Persona",
    "PersonaVersion",
    "PromptText",
    "ProviderKey",
    "Rollout",
    "SavedView",
    "Scope",
    "Source",
    "Summary",
    "Term",
    "Tool",
    "ToolCall",
    "Trial",
    "TrialItem",
    "UnansweredQuestion",
    "UsedToken",
    "Verdict",
    "WordList",
    "WordListPublication",
    "WordListVersion",
]
