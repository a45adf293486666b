"""Who gets which staff page: every page times every kind of person, against Acme's objects.

The pages come from the admin's own registry, so a page that nobody wrote an
expectation for fails here, and so does an expectation without a page.
"""

import uuid
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import AlertHook, LedgerEntry, Price
from billing.services.alerts import raise_alert
from billing.usage import Usage
from chatbot import intake
from chatbot.guardrails import publishing
from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.jobs import take_files
from chatbot.live.staff import admit_staff
from chatbot.models import (
    ApiToken,
    Document,
    EvaluationSet,
    EventHook,
    FallbackStep,
    GuardPolicy,
    HookDelivery,
    HookKind,
    IdentitySecret,
    Job,
    KnowledgePolicy,
    Persona,
    Rollout,
    SavedView,
    Scope,
    Source,
    Tool,
    ToolCall,
    Trial,
    UnansweredQuestion,
    Verdict,
    WordList,
)
from chatbot.rollout import steering
from chatbot.sandbox import trials
from conversations.models import (
    AuditEntry,
    BusinessHours,
    CannedReply,
    Conversation,
    DeskSettings,
    Label,
    ReviewTask,
    Tenant,
    Visitor,
    WidgetSettings,
    Work,
)
from conversations.services import closing, generations, handoff, labels, reviewing, snoozing
from conversations.services.exporting import ask_for_export
from conversations.services.files import receive_file
from tests import factories
from tests.api.programs import make_token

pytestmark = pytest.mark.django_db

# In the order of every row below. Mallory owns Globex and is nobody at Acme.
PEOPLE = ["nobody", "ben", "cleo", "mallory", "operator"]

# 302 sends nobody to the login, and everybody else away from what is not there for them.
LOGIN = AWAY = 302


class Pages(NamedTuple):
    """The status of each page of a model, for each of PEOPLE."""

    changelist: list[int]
    add: list[int]
    change: list[int]
    history: list[int]
    delete: list[int]


ALL = [LOGIN, 200, 200, 200, 200]
MANAGERS = [LOGIN, 403, 200, 200, 200]
OPERATOR = [LOGIN, 403, 403, 403, 200]
NO_ONE = [LOGIN, 403, 403, 403, 403]
STAFF_OF_ACME = [LOGIN, 200, 200, AWAY, 200]
MANAGERS_OF_ACME = [LOGIN, 403, 200, AWAY, 200]

READ_BY_STAFF = Pages(ALL, NO_ONE, STAFF_OF_ACME, STAFF_OF_ACME, NO_ONE)
# Django looks for the object before it asks for the right to its history.
HISTORY = [LOGIN, AWAY, 200, AWAY, 200]
READ_BY_MANAGERS = Pages(MANAGERS, NO_ONE, MANAGERS_OF_ACME, HISTORY, NO_ONE)
KEPT_BY_MANAGERS = Pages(MANAGERS, MANAGERS, MANAGERS_OF_ACME, HISTORY, MANAGERS_OF_ACME)
OF_THE_OPERATOR = Pages(OPERATOR, OPERATOR, OPERATOR, OPERATOR, OPERATOR)

EXPECTED = {
    "auth.User": OF_THE_OPERATOR,
    "billing.Alert": READ_BY_MANAGERS,
    "billing.AlertHook": KEPT_BY_MANAGERS,
    "billing.Attempt": READ_BY_MANAGERS,
    "billing.LedgerEntry": READ_BY_MANAGERS._replace(add=MANAGERS),  # a correction
    "billing.ModelAlias": OF_THE_OPERATOR,
    "billing.Price": OF_THE_OPERATOR,
    "billing.PriceProposal": OF_THE_OPERATOR._replace(add=NO_ONE, delete=NO_ONE),
    "billing.SpendLimit": KEPT_BY_MANAGERS,
    "chatbot.ApiToken": KEPT_BY_MANAGERS,
    "chatbot.Document": READ_BY_STAFF._replace(add=MANAGERS, delete=MANAGERS_OF_ACME),
    "chatbot.EvaluationSet": KEPT_BY_MANAGERS,
    "chatbot.EventHook": KEPT_BY_MANAGERS,
    "chatbot.HookDelivery": READ_BY_MANAGERS,
    "chatbot.FallbackStep": KEPT_BY_MANAGERS,
    # of no tenant: every manager chooses from the same models
    "chatbot.ModelProfile": Pages(MANAGERS, OPERATOR, MANAGERS, MANAGERS, OPERATOR),
    "chatbot.ModelServer": OF_THE_OPERATOR,
    "chatbot.ProviderKey": OF_THE_OPERATOR,
    "chatbot.GuardPolicy": KEPT_BY_MANAGERS,
    # what a bot once said stays explained: versions are not deleted
    "chatbot.Persona": READ_BY_STAFF._replace(add=MANAGERS),
    "chatbot.Rollout": KEPT_BY_MANAGERS._replace(delete=NO_ONE),
    "chatbot.Tool": KEPT_BY_MANAGERS,
    "chatbot.ToolCall": READ_BY_STAFF,
    "chatbot.Trial": KEPT_BY_MANAGERS,
    "chatbot.Verdict": READ_BY_STAFF,
    "chatbot.WordList": KEPT_BY_MANAGERS,
    "chatbot.Job": READ_BY_STAFF,
    "chatbot.KnowledgePolicy": KEPT_BY_MANAGERS,
    "chatbot.Source": READ_BY_STAFF._replace(add=MANAGERS, delete=MANAGERS_OF_ACME),
    "chatbot.UnansweredQuestion": READ_BY_STAFF,
    "conversations.AuditEntry": READ_BY_MANAGERS,
    "conversations.BusinessHours": KEPT_BY_MANAGERS,
    "conversations.CannedReply": READ_BY_STAFF._replace(add=MANAGERS, delete=MANAGERS_OF_ACME),
    "conversations.Conversation": READ_BY_STAFF,
    "conversations.DeskSettings": KEPT_BY_MANAGERS,
    # for reviewers, of whom PEOPLE has none: tests/house/test_access_of_roles.py
    "conversations.Export": READ_BY_MANAGERS._replace(add=MANAGERS, delete=MANAGERS_OF_ACME),
    "conversations.Label": READ_BY_STAFF._replace(add=MANAGERS, delete=MANAGERS_OF_ACME),
    "conversations.Criterion": KEPT_BY_MANAGERS,
    "conversations.ReviewTask": KEPT_BY_MANAGERS._replace(add=NO_ONE),
    "conversations.Tenant": Pages(MANAGERS, OPERATOR, MANAGERS_OF_ACME, HISTORY, OPERATOR),
    "conversations.Visitor": READ_BY_STAFF,
    "conversations.WidgetSettings": KEPT_BY_MANAGERS,
}
REPORTS = {
    "admin:index": ALL,
    "admin:chatbot_document_ask": ALL,
    "admin:conversations_auditentry_csv": MANAGERS,
    "house:roles": ALL,
    "house:notices": ALL,
    "house:new-notices": ALL,
    "review:quality": MANAGERS,
    "review:sample": MANAGERS,
    "admin:chatbot_document_upload": MANAGERS,
    "billing:spend": MANAGERS,
    "billing:spend-csv": MANAGERS,
    "billing:spend-xlsx": MANAGERS,
    "billing:spend-json": MANAGERS,
    "billing:focus-csv": MANAGERS,
    "billing:digest": MANAGERS,
    "billing:what-if": MANAGERS,
    "billing:reconciliation": OPERATOR,
    "health": MANAGERS,
    "admin:chatbot_wordlist_try": MANAGERS,
}
# Of another tenant there is no invoice, not even a refusal of one.
INVOICE = [LOGIN, 403, 200, 404, 200]

# A picture or PDF that a visitor sent, to the staff of its tenant.
FILES = {"conversations_conversation_file": [LOGIN, 200, 200, AWAY, 200]}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)

# Of a tenant that somebody does not manage there is nothing, not even a refusal.
OF_A_TENANT = {
    f"conversations_widgetsettings_{page}": [LOGIN, 404, 200, 404, 200]
    for page in ("preview", "install", "new_secret")
}

# What can be done to a conversation, posted; whoever may do it is led back to its page.
DONE = [LOGIN, 302, 302, AWAY, 302]
ACTS = {
    "conversations_conversation_say": DONE,
    "conversations_conversation_take_over": DONE,
    "conversations_conversation_draft": DONE,
    "conversations_conversation_stop": DONE,
    "conversations_conversation_again": DONE,
    "conversations_conversation_hand_back": DONE,
    "conversations_conversation_resolve": DONE,
    "conversations_conversation_assign": DONE,
    "conversations_conversation_label": DONE,
    "conversations_conversation_unlabel": DONE,
    "conversations_conversation_note": DONE,
    "conversations_conversation_snooze": DONE,
    "conversations_conversation_wake": DONE,
    "conversations_conversation_close": DONE,
    "conversations_conversation_reopen": DONE,
}
OF_NO_TENANT = {"chatbot.ModelProfile"}
# The same for what guards the bot: managers keep the lists, staff call a verdict wrong.
GUARD_ACTS = {
    "chatbot_verdict_false_alarm": DONE,
    "chatbot_hookdelivery_again": [LOGIN, AWAY, 302, AWAY, 302],
    "chatbot_wordlist_publish": [LOGIN, AWAY, 302, AWAY, 302],
    "chatbot_wordlist_withdraw": [LOGIN, AWAY, 302, AWAY, 302],
}
# What managers do to trials and canaries.
TRIAL_ACTS = {
    name: [LOGIN, AWAY, 302, AWAY, 302]
    for name in (
        "chatbot_trial_say",
        "chatbot_trial_confirm",
        "chatbot_trial_stop",
        "chatbot_trial_go_on",
        "chatbot_rollout_roll_back",
        "chatbot_rollout_adopt",
    )
}
# What managers do to a document's source or with an answer; whoever may not is not let in.
DONE_BY_MANAGERS = [LOGIN, 403, 302, AWAY, 302]
OF_MANAGERS = {"chatbot_source_fetch", "conversations_conversation_learn"}
# The versions of a persona: who works there compares them, managers go back to one.
PERSONA_ACTS = {
    "chatbot_persona_compare": STAFF_OF_ACME,
    "chatbot_persona_again": DONE_BY_MANAGERS,
}
# A tool is tried by those who keep it: with its credential, so by nobody else.
TRIED = [LOGIN, 403, 200, AWAY, 200]
# What a page of staff asks for by itself, and the person's own views over the list.
PIECES = {
    "conversations_conversation_pieces": [LOGIN, 200, 200, AWAY, 200],
    "conversations_conversation_draft_state": [LOGIN, 200, 200, AWAY, 200],
    "conversations_conversation_work": [LOGIN, 200, 200, AWAY, 200],
}
# Somebody of another tenant has views too, over their own list.
OWN_VIEWS = {"conversations_view_save", "conversations_view_remove"}
DJANGOS_OWN = {"auth_user_password_change"}
OF_A_REPLY = {"conversations_conversation_stop", "conversations_conversation_again"}

LABELS = sorted(model._meta.label for model in admin.site._registry)


def _entry(tenant: Tenant) -> LedgerEntry:
    generation = factories.answered(factories.make_conversation(tenant))
    return factories.make_ledger_entry(generation, factories.make_price(), Usage(10, 5))


def _document(tenant: Tenant) -> Model:
    text = "Thirty days."
    return store_document(tenant, title="Returns", url="", language="en", text=text)


def _verdict(tenant: Tenant) -> Verdict:
    generation = factories.answered(factories.make_conversation(tenant))
    return Verdict.objects.create(
        tenant=tenant,
        generation=generation,
        side=Verdict.Side.ANSWER,
        check_name=Verdict.Check.WORDS,
        outcome=Verdict.Outcome.MASKED,
        ground="spam",
    )


def _trial(tenant: Tenant) -> Trial:
    if not Price.objects.filter(model=settings.CHAT_MODEL).exists():
        factories.make_price(settings.CHAT_MODEL)
    return trials.play(trials.new_trial(tenant))


def _rollout(tenant: Tenant) -> Rollout:
    spoken = Persona.objects.filter(tenant=tenant).first()
    version = spoken.versions.get() if spoken else factories.make_persona(tenant)
    Rollout.objects.filter(tenant=tenant).update(state=Rollout.State.ROLLED_BACK)
    return steering.begin(Rollout(tenant=tenant, version=version, model="demo-1"), None)


def _word_list(tenant: Tenant, name: str = "Spam") -> WordList:
    word_list = WordList.objects.create(tenant=tenant, name=name)
    publishing.add_version(word_list, ["spam"], reason="", author=None)
    return word_list


def _tool(tenant: Tenant) -> Tool:
    fields = {"name": "cancel", "label": "Cancel", "url": "https://x.example/", "writes": True}
    return Tool.objects.get_or_create(tenant=tenant, **fields)[0]


def _tool_call(tenant: Tenant) -> ToolCall:
    generation = factories.answered(factories.make_conversation(tenant))
    state = ToolCall.State.DONE
    return ToolCall.objects.create(tenant=tenant, generation=generation, name="x", state=state)


def _source(tenant: Tenant) -> Source:
    Job.objects.update(ended_at=timezone.now())
    return Source.objects.get_or_create(tenant=tenant, url="https://example.com/")[0]


def _review_task(tenant: Tenant) -> ReviewTask:
    reviewing.put_in_queue([factories.make_conversation(tenant)])
    return ReviewTask.objects.filter(tenant=tenant).latest("pk")


def _api_token(tenant: Tenant) -> ApiToken:
    person = get_user_model().objects.filter(username__startswith="cleo").first()
    make_token(tenant, person or factories.make_member(tenant, "nora", "manager"), Scope.READ)
    return ApiToken.objects.latest("pk")


def _hook(tenant: Tenant) -> EventHook:
    kinds = [HookKind.CLOSED.value]
    return EventHook.objects.create(tenant=tenant, url="https://example.com/hook", kinds=kinds)


def _hook_delivery(tenant: Tenant) -> HookDelivery:
    _hook(tenant)
    intake.close(factories.make_conversation(tenant))
    return HookDelivery.objects.latest("pk")


MADE_FOR = {
    "chatbot.ApiToken": _api_token,
    "chatbot.EventHook": _hook,
    "chatbot.HookDelivery": _hook_delivery,
    "auth.User": lambda tenant: get_user_model().objects.create(username="somebody"),
    "billing.Alert": lambda tenant: raise_alert(tenant, "anomaly", "1", "Why.", "Do.", {}),
    "billing.AlertHook": lambda tenant: AlertHook.objects.create(
        tenant=tenant, url="https://example.com/hook"
    ),
    "billing.Attempt": lambda tenant: _entry(tenant).attempt,
    "billing.LedgerEntry": _entry,
    "billing.ModelAlias": lambda tenant: factories.make_alias("azure-1", "demo-1", tenant),
    "billing.Price": lambda tenant: factories.make_price("never-called"),
    "billing.PriceProposal": lambda tenant: factories.make_proposal("never-called"),
    "billing.SpendLimit": lambda tenant: factories.make_limit(tenant, "10"),
    "chatbot.Document": _document,
    "chatbot.EvaluationSet": lambda tenant: EvaluationSet.objects.create(
        tenant=tenant, name="Basics"
    ),
    "chatbot.FallbackStep": lambda tenant: FallbackStep.objects.create(
        tenant=tenant, model="demo-1-mini"
    ),
    "chatbot.ModelProfile": lambda tenant: factories.make_profile("never-called"),
    "chatbot.ModelServer": lambda tenant: factories.make_server(),
    "chatbot.Persona": lambda tenant: factories.make_persona(tenant).persona,
    "chatbot.ProviderKey": lambda tenant: factories.make_key(),
    "chatbot.GuardPolicy": lambda tenant: GuardPolicy.objects.create(tenant=tenant),
    "chatbot.Tool": _tool,
    "chatbot.ToolCall": _tool_call,
    "chatbot.Rollout": _rollout,
    "chatbot.Trial": _trial,
    "chatbot.Verdict": _verdict,
    "chatbot.WordList": _word_list,
    "chatbot.Job": lambda tenant: take_files(tenant, [("a.md", b"x")], language="en", by=None),
    "chatbot.KnowledgePolicy": lambda tenant: KnowledgePolicy.objects.create(tenant=tenant),
    "chatbot.Source": _source,
    "chatbot.UnansweredQuestion": lambda tenant: UnansweredQuestion.objects.create(
        tenant=tenant, text="Do you sell camels?"
    ),
    "conversations.AuditEntry": lambda tenant: AuditEntry.objects.create(
        tenant=tenant, act="opened"
    ),
    "conversations.BusinessHours": lambda tenant: BusinessHours.objects.create(
        tenant=tenant, week=[[]] * 7
    ),
    "conversations.CannedReply": lambda tenant: CannedReply.objects.create(
        tenant=tenant, name="returns", text="Thirty days."
    ),
    "conversations.Conversation": factories.make_conversation,
    "conversations.Criterion": lambda tenant: reviewing.first_criteria(tenant.pk)[0],
    "conversations.DeskSettings": lambda tenant: DeskSettings.objects.create(tenant=tenant),
    "conversations.Export": lambda tenant: ask_for_export(tenant, None),
    "conversations.Label": lambda tenant: Label.objects.create(tenant=tenant, name="returns"),
    "conversations.ReviewTask": _review_task,
    "conversations.Tenant": lambda tenant: tenant,
    "conversations.Visitor": lambda tenant: Visitor.objects.create(tenant=tenant, name="Ada"),
    "conversations.WidgetSettings": lambda tenant: WidgetSettings.objects.create(tenant=tenant),
}


@pytest.fixture
def people(ben: Any, cleo: Any, mallory: Any) -> dict[str, Client]:
    """A browser for each of PEOPLE."""
    users = {
        "ben": ben,
        "cleo": cleo,
        "mallory": mallory,
        "operator": factories.make_user("root", is_superuser=True),
    }
    clients = {name: Client(raise_request_exception=True) for name in PEOPLE}
    for name, user in users.items():
        clients[name].force_login(user)
    return clients


def _urls(label: str, thing: Model) -> dict[str, str]:
    name = f"admin:{label.replace('.', '_').lower()}"
    without = {page: reverse(f"{name}_{page}") for page in ("changelist", "add")}
    of_it = ("change", "history", "delete")
    return without | {page: reverse(f"{name}_{page}", args=[thing.pk]) for page in of_it}


def test_every_page_has_an_expectation_and_every_expectation_a_page():
    assert sorted(EXPECTED) == LABELS
    assert sorted(MADE_FOR) == LABELS


@pytest.mark.parametrize("label", LABELS)
def test_each_page_opens_for_those_it_is_for(acme, people, label):
    urls = _urls(label, MADE_FOR[label](acme))
    found = {
        page: [people[name].get(url).status_code for name in PEOPLE] for page, url in urls.items()
    }
    assert found == EXPECTED[label]._asdict()


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_opens_for_those_it_is_for(people, name):
    found = [people[person].get(reverse(name)).status_code for person in PEOPLE]
    assert found == REPORTS[name]


def test_an_invoice_opens_for_those_who_manage_its_tenant(acme, people):
    url = reverse("billing:invoice", args=[acme.slug, "2026-11"])
    assert [people[person].get(url).status_code for person in PEOPLE] == INVOICE


def test_a_request_opens_for_those_who_read_its_conversation(acme, people):
    url = reverse("sent-request", args=[_entry(acme).attempt_id])
    found = [people[person].get(url).status_code for person in PEOPLE]
    assert found == [LOGIN, 200, 200, 404, 200]


def test_every_act_has_an_expectation():
    pages = {"changelist", "add", "change", "history", "delete"}
    named = {
        pattern.name
        for page in admin.site._registry.values()
        for pattern in page.get_urls()
        if getattr(pattern, "name", None)
    }
    standard = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in pages
    }
    reports = {name.removeprefix("admin:") for name in REPORTS}
    acts = {*ACTS, *GUARD_ACTS, *TRIAL_ACTS, *OF_MANAGERS, *PERSONA_ACTS, "chatbot_tool_try"}
    acts |= {*OF_A_TENANT, *FILES, *PIECES, *OWN_VIEWS}
    assert named - standard - DJANGOS_OWN - reports == acts


@pytest.mark.parametrize("name", OF_A_TENANT)
def test_each_page_of_a_tenant_opens_for_its_managers(acme, people, name):
    url, found, secrets = reverse(f"admin:{name}", args=[acme.pk]), [], []
    for person in PEOPLE:
        ask = people[person].post if "secret" in name else people[person].get
        found.append(ask(url).status_code)
        secrets.append(IdentitySecret.objects.count())
    assert found == OF_A_TENANT[name]
    assert secrets == ([0, 0, 1, 1, 2] if "secret" in name else [0] * 5)


@pytest.mark.parametrize("name", FILES)
def test_a_visitors_file_opens_for_those_who_work_there(acme, people, name):
    talk = factories.make_conversation(acme)
    file = receive_file(talk, client_id=uuid.UUID(int=1), name="a.png", content=PNG)
    url = reverse(f"admin:{name}", args=[talk.pk, file.public_id])
    answers = [people[person].get(url) for person in PEOPLE]
    assert [answer.status_code for answer in answers] == FILES[name]
    assert [answer.content == PNG for answer in answers] == [False, True, True, False, True]
    # the conversation in the address is the file's own
    other = factories.make_conversation(acme)
    url = reverse(f"admin:{name}", args=[other.pk, file.public_id])
    assert people["cleo"].get(url).status_code == 404


@pytest.mark.parametrize("name", sorted(OF_MANAGERS))
def test_what_managers_do_is_done_for_them_alone(acme, ben, people, name):
    before, led, changed = _library(acme), [], []
    for person in PEOPLE:
        args = [_source(acme).pk]
        if name.endswith("learn"):
            talk = factories.make_conversation(acme)
            factories.answered(talk)
            said = handoff.staff_says(talk, ben, "Thirty days.")
            args = [talk.pk, said.pk]
        led.append(people[person].post(reverse(f"admin:{name}", args=args)).status_code)
        changed.append(_library(acme) != before)
        before = _library(acme)
    assert led == DONE_BY_MANAGERS
    assert changed == [False, False, True, False, True]


def test_a_tool_is_tried_by_those_who_keep_it(acme, people):
    url = reverse("admin:chatbot_tool_try", args=[_tool(acme).pk])
    posted = {"arguments": "{}", "visitor": "ada"}
    for ask in ("get", "post"):
        assert [getattr(people[one], ask)(url, posted).status_code for one in PEOPLE] == TRIED


def _library(tenant: Tenant) -> list[Any]:
    documents = Document.objects.filter(tenant=tenant)
    return [documents.values_list("updated_at").first(), Job.objects.count()]


@pytest.mark.parametrize("name", ACTS)
def test_each_act_is_done_for_those_who_work_there(acme, people, name):
    """Where somebody is led says whether it was done; the log of the conversation proves it."""
    led, changed = [], []
    for person in PEOPLE:
        talk = factories.make_conversation(acme)
        url, page = _prepared(talk, name)
        before = _log(talk)
        posted = {"text": "Hello", "id": str(uuid.uuid4())}
        if name.endswith("unlabel"):
            posted["label"] = str(talk.labelled.get().label_id)
        answer = people[person].post(url, posted)
        led.append(answer.status_code)
        changed.append(_log(talk) != before)
        assert (answer.url.partition("#")[0] == page) == changed[-1]
    assert led == ACTS[name]
    assert changed == [False, True, True, False, True]


@pytest.mark.parametrize("name", PIECES)
def test_each_piece_is_for_those_who_read_the_conversation(acme, ben, people, name):
    talk = factories.make_conversation(acme)
    factories.post(talk)
    args = [talk.pk]
    if name.endswith("draft_state"):
        args.append(intake.ask_for_draft(talk, ben).pk)
    url = reverse(f"admin:{name}", args=args)
    assert [people[person].get(url).status_code for person in PEOPLE] == PIECES[name]


def test_somebodys_own_views_are_nobody_elses(people, ben):
    save = reverse("admin:conversations_view_save")
    led = [people[one].post(save, {"name": one, "query": "mark=blocked"}).url for one in PEOPLE]
    assert [url.startswith("/admin/login") for url in led] == [True, False, False, False, False]
    bens = SavedView.objects.get(name="ben")
    assert bens.user == ben
    for one in PEOPLE:
        if one != "ben":
            people[one].post(reverse("admin:conversations_view_remove", args=[bens.pk]))
    assert SavedView.objects.filter(pk=bens.pk).exists()
    people["ben"].post(reverse("admin:conversations_view_remove", args=[bens.pk]))
    assert not SavedView.objects.filter(pk=bens.pk).exists()


@pytest.mark.parametrize("origin", ["http://chat.example", "http://evil.example", ""])
def test_the_desks_line_opens_for_those_who_read_the_conversation(acme, people, origin):
    talk = factories.make_conversation(acme)
    opened = [admit_staff(_scope(people[one], talk.pk, origin)) is not None for one in PEOPLE]
    ours = origin == "http://chat.example"
    assert opened == [False, ours, ours, False, ours]


def test_the_desks_line_closes_for_whoever_loses_the_right(acme, ben, people):
    talk = factories.make_conversation(acme)
    scope = _scope(people["ben"], talk.pk, "http://chat.example")
    assert admit_staff(scope)
    ben.memberships.all().delete()
    assert admit_staff(scope) is None


def _scope(client: Client, pk: int, origin: str) -> dict[str, Any]:
    cookie = client.cookies.get("sessionid")
    return {
        "subprotocols": ["cx.v1"],
        "url_route": {"kwargs": {"conversation": pk}},
        "headers": [
            (b"host", b"chat.example"),
            (b"origin", origin.encode()),
            (b"cookie", f"sessionid={cookie.value if cookie else ''}".encode()),
        ],
    }


@pytest.mark.parametrize("name", GUARD_ACTS)
def test_each_act_of_a_guard_is_done_for_those_it_is_for(acme, people, name):
    led, changed = [], []
    for person in PEOPLE:
        thing = _guarded(acme, name, person)
        args = [thing.pk, 1] if name.endswith("publish") else [thing.pk]
        before = _marks(thing)
        led.append(people[person].post(reverse(f"admin:{name}", args=args)).status_code)
        changed.append(_marks(thing) != before)
    assert led == GUARD_ACTS[name]
    assert changed == [False, "verdict" in name, True, False, True]


def _guarded(tenant: Tenant, name: str, person: str) -> Model:
    """Something of the tenant that the act is done to."""
    if "hookdelivery" in name:
        return _hook_delivery(tenant)
    return _verdict(tenant) if "verdict" in name else _word_list(tenant, person)


@pytest.mark.parametrize("name", PERSONA_ACTS)
def test_each_act_of_a_persona_is_done_for_those_it_is_for(acme, people, name):
    persona = factories.make_persona(acme).persona
    led, changed = [], []
    for person in PEOPLE:
        factories.make_version(persona)  # other words, so that there is something to go back from
        before = persona.versions.count()
        url = reverse(f"admin:{name}", args=[persona.pk, 1][: 1 + name.endswith("again")])
        ask = people[person].post if name.endswith("again") else people[person].get
        led.append(ask(url).status_code)
        changed.append(persona.versions.count() != before)
    assert led == PERSONA_ACTS[name]
    assert changed == [name.endswith("again") and status == 302 for status in _done_by(led)]


def _done_by(led: list[int]) -> list[int]:
    """Neither the login nor a page that is not there counts as done."""
    return [0, led[1], led[2], 0, led[4]]


@pytest.mark.parametrize("name", TRIAL_ACTS)
def test_each_act_on_a_trial_or_canary_is_done_for_managers_alone(acme, people, name):
    led, changed = [], []
    for person in PEOPLE:
        thing = _rollout(acme) if "rollout" in name else _trial(acme)
        if name.endswith(("confirm", "go_on")):
            state = "priced" if name.endswith("confirm") else "stopped"
            Trial.objects.filter(pk=thing.pk).update(state=state)
        thing.refresh_from_db()
        before = thing.state, thing.pk and _asked(thing)
        url = reverse(f"admin:{name}", args=[thing.pk])
        led.append(people[person].post(url, {"text": "How long do returns take?"}).status_code)
        thing.refresh_from_db()
        changed.append((thing.state, thing.pk and _asked(thing)) != before)
        _unpublish(acme)
    assert led == TRIAL_ACTS[name]
    assert changed == [False, False, True, False, True]


def _asked(thing: Model) -> int:
    return thing.items.count() if isinstance(thing, Trial) else 0


def _unpublish(tenant: Tenant) -> None:
    """What was adopted is gone again: the next canary begins from the first version."""
    for persona in Persona.objects.filter(tenant=tenant):
        persona.versions.filter(number__gt=1).delete()


def _marks(thing: Model) -> Any:
    """What an act changes of a list or a verdict."""
    if isinstance(thing, WordList):
        return thing.publications.count()
    thing.refresh_from_db()
    if isinstance(thing, HookDelivery):
        return thing.asked_at
    return thing.false_alarm_at  # type: ignore[attr-defined]


def _prepared(talk: Conversation, name: str) -> tuple[str, str]:
    """The address of an act that can be done now, and that of the conversation's page."""
    args: list[Any] = [talk.pk]
    if name in OF_A_REPLY:
        generation = factories.claimed(talk)
        args.append(generation.public_id)
        if name.endswith("again"):
            generations.fail(generation, code="timeout", text="Too slow.")
    if name.endswith("draft"):
        factories.post(talk)
    if name.endswith("hand_back"):
        handoff.ask_for_person(talk)
    if name.endswith("unlabel"):
        labels.label(talk, "Returns")
    if name.endswith("wake"):
        snoozing.snooze(talk, snoozing.until("hour", talk.tenant_id))
    if name.endswith("reopen"):
        closing.close(talk)
    page = reverse("admin:conversations_conversation_change", args=[talk.pk])
    return reverse(f"admin:{name}", args=args), page


def _log(talk: Conversation) -> list[str]:
    outcomes = talk.outcomes.values_list("kind", flat=True)
    drafts = talk.drafts.values_list("state", flat=True)
    work = Work.objects.filter(pk=talk.pk).values_list("assignee", "snoozed_until", "closed_at")
    beside = [talk.notes.count(), talk.labelled.count(), *work]
    state = Conversation.objects.get(pk=talk.pk).state
    kinds = talk.events.values_list("kind", flat=True)
    return [*kinds, *outcomes, *drafts, *map(str, beside), state]


@pytest.mark.parametrize("label", LABELS)
def test_an_outsider_can_neither_change_nor_delete_it(acme, people, label):
    thing = MADE_FOR[label](acme)
    thing.refresh_from_db()
    model, before = type(thing), _row(thing)
    urls = _urls(label, thing)
    for name in ("nobody", "mallory"):
        for page in ("change", "delete"):
            answer = people[name].post(urls[page], {"post": "yes", "_save": "Save"})
            assert answer.status_code in (302, 403)
    assert _row(model._default_manager.get(pk=thing.pk)) == before


@pytest.mark.parametrize("label", sorted({*LABELS} - OF_NO_TENANT))
def test_a_list_holds_nothing_of_another_tenant(acme, people, label):
    thing = MADE_FOR[label](acme)
    urls = _urls(label, thing)
    assert urls["change"] in people["operator"].get(urls["changelist"]).text
    assert urls["change"] not in people["mallory"].get(urls["changelist"]).text


@pytest.mark.parametrize("label", LABELS)
def test_a_role_taken_away_counts_at_once(acme, ben, people, label):
    urls = _urls(label, MADE_FOR[label](acme))
    ben.memberships.all().delete()
    assert people["ben"].get(urls["changelist"]).status_code == 403
    assert people["ben"].get(urls["change"]).status_code in (AWAY, 403)


def _row(thing: Model) -> dict[str, Any]:
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}
