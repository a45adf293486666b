"""What stands in the admin's sidebar, and for whom."""

from typing import Any

from django.urls import reverse_lazy


def _item(title: str, icon: str, page: str, shown_to: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(page),
        "permission": f"conversations.admin.rights.{shown_to}",
    }


NAVIGATION = [
    {
        "title": "Desk",
        "items": [
            _item(
                "Conversations",
                "forum",
                "admin:conversations_conversation_changelist",
                "works_somewhere",
            )
            | {"badge": "conversations.admin.badges.waiting"},
            _item("Notices", "notifications_active", "house:notices", "works_somewhere")
            | {"badge": "conversations.admin.badges.notices"},
            _item(
                "Canned replies",
                "quickreply",
                "admin:conversations_cannedreply_changelist",
                "works_somewhere",
            ),
            _item("Labels", "label", "admin:conversations_label_changelist", "works_somewhere"),
            _item("Reviews", "rate_review", "admin:conversations_reviewtask_changelist", "reviews"),
            _item("Quality", "monitoring", "review:quality", "reviews"),
            _item("Visitors", "group", "admin:conversations_visitor_changelist", "works_somewhere"),
        ],
    },
    {
        "title": "Bot",
        "items": [
            _item("Knowledge", "menu_book", "admin:chatbot_document_changelist", "works_somewhere"),
            _item(
                "Unanswered",
                "contact_support",
                "admin:chatbot_unansweredquestion_changelist",
                "works_somewhere",
            ),
            _item("Sources", "language", "admin:chatbot_source_changelist", "works_somewhere"),
            _item("Jobs", "checklist", "admin:chatbot_job_changelist", "works_somewhere"),
            _item(
                "Knowledge policy",
                "visibility",
                "admin:chatbot_knowledgepolicy_changelist",
                "manages_a_tenant",
            ),
            _item(
                "Personas", "theater_comedy", "admin:chatbot_persona_changelist", "works_somewhere"
            ),
            _item("Sandbox", "science", "admin:chatbot_trial_changelist", "manages_a_tenant"),
            _item(
                "Evaluation sets",
                "fact_check",
                "admin:chatbot_evaluationset_changelist",
                "manages_a_tenant",
            ),
            _item("Canary", "egg", "admin:chatbot_rollout_changelist", "manages_a_tenant"),
            _item("Word lists", "block", "admin:chatbot_wordlist_changelist", "manages_a_tenant"),
            _item(
                "Guardrails", "shield", "admin:chatbot_guardpolicy_changelist", "manages_a_tenant"
            ),
            _item("Tools", "build", "admin:chatbot_tool_changelist", "manages_a_tenant"),
            _item("Tool calls", "handyman", "admin:chatbot_toolcall_changelist", "works_somewhere"),
            _item("Verdicts", "gavel", "admin:chatbot_verdict_changelist", "works_somewhere"),
        ],
    },
    {
        "title": "Models",
        "items": [
            _item("Models", "grid_on", "admin:chatbot_modelprofile_changelist", "manages_a_tenant"),
            _item(
                "Fallback", "alt_route", "admin:chatbot_fallbackstep_changelist", "manages_a_tenant"
            ),
            _item("Servers", "dns", "admin:chatbot_modelserver_changelist", "runs_the_deployment"),
            _item("Keys", "key", "admin:chatbot_providerkey_changelist", "runs_the_deployment"),
        ],
    },
    {
        "title": "Money",
        "items": [
            _item("Spend", "bar_chart", "billing:spend", "manages_a_tenant"),
            _item("Spend by mail", "mail", "billing:digest", "manages_a_tenant"),
            _item("What if", "compare_arrows", "billing:what-if", "manages_a_tenant"),
            _item("Limits", "speed", "admin:billing_spendlimit_changelist", "manages_a_tenant"),
            _item("Alerts", "notifications", "admin:billing_alert_changelist", "manages_a_tenant"),
            _item("Webhook", "webhook", "admin:billing_alerthook_changelist", "manages_a_tenant"),
            _item(
                "Ledger", "receipt_long", "admin:billing_ledgerentry_changelist", "manages_a_tenant"
            ),
            _item("Calls", "outbound", "admin:billing_attempt_changelist", "manages_a_tenant"),
            _item("Reconciliation", "balance", "billing:reconciliation", "runs_the_deployment"),
            _item("Prices", "sell", "admin:billing_price_changelist", "runs_the_deployment"),
            _item(
                "Price proposals",
                "price_change",
                "admin:billing_priceproposal_changelist",
                "runs_the_deployment",
            ),
            _item(
                "Model aliases",
                "alternate_email",
                "admin:billing_modelalias_changelist",
                "runs_the_deployment",
            ),
        ],
    },
    {
        "title": "Site",
        "items": [
            _item(
                "Widget",
                "chat_bubble",
                "admin:conversations_widgetsettings_changelist",
                "manages_a_tenant",
            ),
            _item(
                "Business hours",
                "schedule",
                "admin:conversations_businesshours_changelist",
                "manages_a_tenant",
            ),
            _item(
                "First answer",
                "support_agent",
                "admin:conversations_desksettings_changelist",
                "manages_a_tenant",
            ),
            _item("API tokens", "vpn_key", "admin:chatbot_apitoken_changelist", "manages_a_tenant"),
            _item(
                "Event webhooks",
                "webhook",
                "admin:chatbot_eventhook_changelist",
                "manages_a_tenant",
            ),
            _item(
                "Webhook deliveries",
                "outbox",
                "admin:chatbot_hookdelivery_changelist",
                "manages_a_tenant",
            ),
        ],
    },
    {
        "title": "House",
        "items": [
            _item(
                "Tenants", "storefront", "admin:conversations_tenant_changelist", "manages_a_tenant"
            ),
            _item("Health", "monitor_heart", "health", "manages_a_tenant"),
            _item("Who may do what", "admin_panel_settings", "house:roles", "works_somewhere"),
            _item("Exports", "download", "admin:conversations_export_changelist", "takes_files"),
            _item(
                "Audit log",
                "policy",
                "admin:conversations_auditentry_changelist",
                "reads_the_audit",
            ),
            _item("Accounts", "badge", "admin:auth_user_changelist", "runs_the_deployment"),
            _item("Documentation", "help", "handbook", "works_somewhere"),
        ],
    },
]
