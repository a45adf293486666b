"""All models of the ground floor."""

from conversations.models.audit import AuditEntry
from conversations.models.conversations import Conversation
from conversations.models.events import Event
from conversations.models.exports import Export, ExportPart
from conversations.models.generations import Generation
from conversations.models.messages import Message
from conversations.models.outcomes import Outcome
from conversations.models.tenants import Membership, Tenant, TenantOwned
from conversations.models.visitors import Visitor, VisitorSession

__all__ = [
    "AuditEntry",
    "Conversation",
    "Event",
    "Export",
    "ExportPart",
    "Generation",
    "Membership",
    "Message",
    "Outcome",
    "Tenant",
    "TenantOwned",
    "Visitor",
    "VisitorSession",
]
