"""The demo shop: its people, its help pages and how its bot speaks."""

from decimal import Decimal
from pathlib import Path

from django.contrib.auth import get_user_model
from django.utils import timezone

from billing.models import SpendLimit
from chatbot.demo.tools import make_tools
from chatbot.guardrails.publishing import add_version, publish
from chatbot.knowledge.ingest import store_document
from chatbot.models import GuardPolicy, Persona, PersonaVersion, WordList
from chatbot.models.guardrails import usually_hidden
from conversations.models import Membership, Tenant, WidgetSettings

SLUG = "acme"
ARTICLES = Path(__file__).parent / "articles"
MAIL_DOMAIN = "acme-outdoor.example"
MONTHLY_ALERT, MONTHLY_LIMIT = Decimal(40), Decimal(50)
PEOPLE = {
    "ben": Membership.Role.AGENT,
    "cleo": Membership.Role.MANAGER,
    "rita": Membership.Role.REVIEWER,
}

SYSTEM_PROMPT = """\
You are the assistant of Acme Outdoor, a shop for hiking, climbing and camping gear. \
You are warm, brief and concrete; you say “you”, never “the customer”. \
Where a page has steps, you give the steps."""
OPENERS = [
    "How long does delivery take?",
    "How do I return an order?",
    "Which size should I take for hiking boots?",
    "退货期限是多久？",
]
RUDE = ["idiot", "moron", "bullshit", "shut up", "傻逼", "白痴", "滚蛋"]


def open_shop() -> Tenant:
    """The demo tenant, new, with all but documents and talks."""
    tenant = Tenant.objects.create(
        name="Acme Outdoor", slug=SLUG, is_demo=True, time_zone="Europe/Berlin"
    )
    SpendLimit.objects.create(tenant=tenant, soft=MONTHLY_ALERT, hard=MONTHLY_LIMIT)
    persona = Persona.objects.create(tenant=tenant, name="Acme Outdoor's assistant")
    PersonaVersion.objects.create(
        tenant=tenant,
        persona=persona,
        number=1,
        system_prompt=SYSTEM_PROMPT,
        greeting="Hello! I'm the assistant of Acme Outdoor. What can I do for you?",
        openers=OPENERS,
        tone=PersonaVersion.Tone.FRIENDLY,
        languages=["en", "zh"],
        reason="First version.",
        published_at=timezone.now(),
    )
    _guard(tenant)
    make_tools(tenant)
    WidgetSettings.objects.create(tenant=tenant, takes_files=True, mail_capture=True)
    for name, role in PEOPLE.items():
        _hire(tenant, name, role)
    return tenant


def _guard(tenant: Tenant) -> None:
    """Rude words are masked, and the provider sees no addresses."""
    word_list = WordList.objects.create(
        tenant=tenant, name="Rude words", action=WordList.Action.MASK
    )
    version = add_version(word_list, RUDE, reason="First version.", author=None)
    publish(version, reason="First version.", author=None)
    GuardPolicy.objects.create(tenant=tenant, hidden=[*usually_hidden(), "email", "phone"])


def store_articles(tenant: Tenant) -> int:
    """The help pages are the tenant's documents; returns how many there are."""
    paths = sorted(ARTICLES.glob("*/*.md"))
    for path in paths:
        language, slug = path.parent.name, path.stem
        title, _, text = path.read_text("utf-8").partition("\n")
        store_document(
            tenant,
            title=title.removeprefix("# ").strip(),
            url=f"/help/{slug}" if language == "en" else f"/help/{slug}-{language}",
            language=language,
            text=text.strip(),
        )
    return len(paths)


def demo_address(name: str) -> str:
    """The e-mail address by which a demo person is told from a real one of that name."""
    return f"{name}@{MAIL_DOMAIN}"


def _hire(tenant: Tenant, name: str, role: Membership.Role) -> None:
    """The demo person works here; a real user who has the name already is left alone."""
    users = get_user_model().objects
    user, _ = users.get_or_create(
        username=name, defaults={"email": demo_address(name), "is_staff": True, "password": "!"}
    )
    if user.email != demo_address(name):
        return
    user.set_unusable_password()
    user.save()
    Membership.objects.create(tenant=tenant, user=user, role=role)
