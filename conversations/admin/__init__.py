"""Staff pages of the ground floor; importing this registers them."""

from conversations.admin.audit import AuditEntryAdmin
from conversations.admin.desk import CannedReplyAdmin, DeskSettingsAdmin, LabelAdmin
from conversations.admin.exports import ExportAdmin
from conversations.admin.hours import BusinessHoursAdmin
from conversations.admin.people import UserAdmin
from conversations.admin.reviews import CriterionAdmin, ReviewTaskAdmin
from conversations.admin.tenants import TenantAdmin
from conversations.admin.visitors import VisitorAdmin

__all__ = [
    "AuditEntryAdmin",
    "BusinessHoursAdmin",
    "CannedReplyAdmin",
    "CriterionAdmin",
    "DeskSettingsAdmin",
    "ExportAdmin",
    "LabelAdmin",
    "ReviewTaskAdmin",
    "TenantAdmin",
    "UserAdmin",
    "VisitorAdmin",
]
