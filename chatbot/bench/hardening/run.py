"""`bench hardening`: the settings, the code, every address, addresses inside, and the logs.

The product runs. Of every route, file and stream the headers are read as
nobody and as the operator; sixty and more ways to write an address inside go
through the real fetchers, beside a client without guard; secrets go in at
every door.
"""

import http.client
import secrets as chance
from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore

from billing.services.prices import load_seed
from chatbot.bench.company import refuse_company
from chatbot.bench.frame import Goal, Options, Report, Say
from chatbot.bench.hardening import code, secrets, ssrf, urls
from chatbot.bench.stack import Stack
from conversations.models import Tenant

GOALS = [
    Goal("deploy_warnings", "==", 0),
    Goal("bandit_medium", "==", 0),
    Goal("headers_missing", "==", 0),
    Goal("server_errors", "==", 0),
    Goal("probes_answered", "==", 0),
    Goal("ssrf_forms", ">=", 60),
    Goal("ssrf_reached", "==", 0),
    Goal("control_ssrf_reached", ">", 0),
    Goal("secrets_in_logs", "==", 0),
]


def hardening(options: Options, say: Say) -> Report:
    """What each of the five judges found; `--quick` leaves out bandit's half minute."""
    refuse_company()
    load_seed()
    say("Django's own list for deployment")
    warnings = code.deploy_warnings()
    say("bandit")
    findings, reviewed = ([], 0) if options.quick else code.bandit_findings()
    say("addresses inside")
    forms, through, control = ssrf.reached()
    key = f"sk-proj-{chance.token_hex(24)}"
    with Stack(environment={"OPENAI_API_KEY": key}, say=say) as stack:
        tenant = Tenant.objects.create(name="Bench", slug=f"bench-{chance.token_hex(4)}")
        say("the headers of every address")
        paths, bare, errors = _headers(stack)
        answered = [path for path in urls.PROBES if _get(stack, path, "")[0] < 300]
        say("secrets at every door")
        planted = secrets.plant(stack, tenant, key)
        leaked = secrets.found(stack, planted)
    figures = {
        "deploy_warnings": len(warnings),
        "deploy_silenced": len(settings.SILENCED_SYSTEM_CHECKS),
        "bandit_medium": len(findings),
        "bandit_reviewed": reviewed,
        "urls": len(paths),
        "headers_missing": len(bare),
        "server_errors": len(errors),
        "probes": len(urls.PROBES),
        "probes_answered": len(answered),
        "ssrf_forms": forms,
        "ssrf_reached": len(through),
        "control_ssrf_reached": control,
        "secrets": len(planted),
        "secrets_in_logs": len(leaked),
    }
    notes = [*warnings, *findings, *bare[:20], *errors[:20], *answered, *through, *leaked]
    rows = [[name, str(value)] for name, value in figures.items()]
    return Report(figures, GOALS, ["", "found"], rows, notes)


def _headers(stack: Stack) -> tuple[list[str], list[str], list[str]]:
    """Every path, what is missing where, and which path answered that we are at fault."""
    paths = urls.addresses()
    bare, errors = Counter[str](), []
    for cookie in ("", operator_cookie()):
        for path in paths:
            status, headers = _get(stack, path, cookie)
            bare.update(f"{path} ({status}): {what}" for what in urls.missing(headers))
            if status >= 500 and path != "/readyz":
                errors.append(f"{path}: {status}")
    return paths, sorted(bare), errors


def _get(stack: Stack, path: str, cookie: str) -> tuple[int, dict[str, str]]:
    line = http.client.HTTPConnection("127.0.0.1", stack.web_port, timeout=20)
    try:
        line.putrequest("GET", path, skip_accept_encoding=True)
        if cookie:
            line.putheader("Cookie", cookie)
        line.endheaders()
        answer = line.getresponse()
        answer.read()
        return answer.status, urls.named(answer)
    finally:
        line.close()


def operator_cookie() -> str:
    """The cookie of an operator who has just been made and has signed in."""
    user: Any = get_user_model().objects.create_superuser(
        f"bench-{chance.token_hex(4)}", "bench@ours.example", chance.token_hex(16)
    )
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
