"""Mail managers what was spent: every Monday of the week before, or every month."""

import datetime
import itertools
import logging
import smtplib
import zoneinfo
from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from billing.digests import MONTH, WEEK, Digest, Period, digest_of, period_before
from billing.forecast import DAY
from billing.models import SentDigest
from billing.selectors.digests import facts_of
from conversations.models import Membership, Tenant
from conversations.roles import Act, who_may

logger = logging.getLogger(__name__)

READERS = who_may(Act.SPEND)
# At the tenant's place. What could not leave then is tried again until it is no news any more.
HOUR = datetime.time(7)
NEWS_FOR = 2 * DAY


def send_due(now: datetime.datetime | None = None) -> int:
    """Every digest that is due has been sent or tried; returns how many mails left.

    A second call sends nothing twice, nor do two at once. Nothing is sent
    where the deployment has no mail server, or where a tenant called no
    model in that time nor in the time before. A tenant whose figures cannot
    be read keeps nobody else's from being sent.
    """
    if not settings.EMAIL_HOST:
        return 0
    now = now or timezone.now()
    sent = 0
    for (tenant, kind), members in itertools.groupby(
        _readers(), lambda one: (one.tenant, one.digest)
    ):
        period = due_period(kind, zoneinfo.ZoneInfo(tenant.time_zone), now)
        if period is None:
            continue
        try:
            sent += _send_to(_waiting(members, period), tenant, period, now)
        except Exception:
            logger.exception("The digests of %s could not be made", tenant)
    return sent


def due_period(kind: str, zone: zoneinfo.ZoneInfo, now: datetime.datetime) -> Period | None:
    """The week or month to be told about now; None while there is none, or it is old news."""
    today = now.astimezone(zone).date()
    first = today - today.weekday() * DAY if kind == WEEK else today.replace(day=1)
    begins = datetime.datetime.combine(first, HOUR, zone)
    return period_before(kind, first) if begins <= now < begins + NEWS_FOR else None


def _readers() -> Iterable[Membership]:
    return (
        Membership.objects.filter(role__in=READERS, digest__in=(WEEK, MONTH), user__is_active=True)
        .exclude(user__email="")
        .select_related("tenant", "user")
        .order_by("tenant", "digest", "pk")
    )


def _waiting(members: Iterable[Membership], period: Period) -> list[Membership]:
    members = list(members)
    sent = SentDigest.objects.filter(
        membership__in=members, kind=period.kind, first_day=period.first, sent_at__isnull=False
    )
    done = set(sent.values_list("membership", flat=True))
    return [member for member in members if member.pk not in done]


def _send_to(
    members: list[Membership], tenant: Tenant, period: Period, now: datetime.datetime
) -> int:
    if not members:
        return 0
    today = now.astimezone(zoneinfo.ZoneInfo(tenant.time_zone)).date()
    facts = facts_of(tenant, period, today)
    if facts is None:
        return 0
    digest = digest_of(period, facts)
    return sum(_send(member, period, digest) for member in members)


def _send(member: Membership, period: Period, digest: Digest) -> bool:
    key = {"membership": member, "kind": period.kind, "first_day": period.first}
    SentDigest.objects.bulk_create([SentDigest(**key)], ignore_conflicts=True)
    with transaction.atomic():
        mine = SentDigest.objects.select_for_update(skip_locked=True).filter(**key, sent_at=None)
        row = mine.first()
        if row is None:
            return False
        try:
            _mail(member, period, digest, row.pk).send()
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("The digest for %s did not leave: %s", member, error)
            return False
        row.sent_at = timezone.now()
        row.save(update_fields=["sent_at"])
    return True


def _mail(
    member: Membership, period: Period, digest: Digest, number: int
) -> EmailMultiAlternatives:
    tenant = member.tenant
    days = {"period": "custom", "from": period.first, "to": period.last}
    context = {
        "tenant": tenant,
        "period": period,
        "digest": digest,
        "report": _address("billing:spend") + "?" + urlencode({"tenant": tenant.slug} | days),
        "choice": _address("billing:digest"),
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(f"{tenant}: {digest.headline}".split()),
        body=render_to_string("mail/digest.txt", context),
        to=[member.user.email],
        headers={
            # the same for every try, so that a mailbox which gets it twice can tell
            "Message-ID": f"<digest-{number}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "List-Unsubscribe": f"<{context['choice']}>",
        },
    )
    mail.attach_alternative(render_to_string("mail/digest.html", context), "text/html")
    return mail


def _address(page: str) -> str:
    return settings.PUBLIC_URL + reverse(page)
