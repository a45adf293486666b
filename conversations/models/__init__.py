"""All models of the ground floor."""

from conversations.models.answer_mails import AnswerMail
from conversations.models.audit import AuditEntry
from conversations.models.conversations import Conversation
from conversations.models.events import Event
from conversations.models.exports import Export, ExportPart
from conversations.models.feedback import Rating, Thumb
from conversations.models.files import SentFile
from conversations.models.generations import Generation
from conversations.models.hours import BusinessHours
from conversations.models.messages import Message
from conversations.models.notes import CannedReply, Note
from conversations.models.notices import AtDesk, Notice
from conversations.models.outcomes import Outcome
from conversations.models.reviews import Criterion, ReviewTask, Score
from conversations.models.tenants import Membership, Tenant, TenantOwned
from conversations.models.visitors import Visitor, VisitorSession
from conversations.models.widget import WidgetSettings
from conversations.models.work import DeskSettings, Label, Labelled, Wait, Work

__all__ = [
    "AnswerMail",
    "AtDesk",
    "AuditEntry",
    "BusinessHours",
    "CannedReply",
    "Conversation",
    "Criterion",
    "DeskSettings",
    "Event",
    "Export",
    "ExportPart",
    "Generation",
    "Label",
    "Labelled",
    "Membership",
    "Message",
    "Note",
    "Notice",
    "Outcome",
    "Rating",
    "ReviewTask",
    "Score",
    "SentFile",
    "Tenant",
    "TenantOwned",
    "Thumb",
    "Visitor",
    "VisitorSession",
    "Wait",
    "WidgetSettings",
    "Work",
]
