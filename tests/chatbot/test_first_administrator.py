"""The first administrator is who the operator says, in the environment or `.env`."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from chatbot.boot import dotenv

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(monkeypatch, tmp_path):
    """The operator's `.env`, to write into."""
    monkeypatch.setattr(dotenv, "DOTENV", tmp_path / ".env")
    for name in ("ADMIN_EMAIL", "ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / ".env"


def prepare():
    """What `manage.py prepare` prints."""
    said = io.StringIO()
    call_command("prepare", "--no-demo", stdout=said, stderr=io.StringIO())
    return said.getvalue().strip()


def administrator():
    return get_user_model().objects.get(is_superuser=True)


def test_who_is_named_in_dotenv_is_made_and_no_password_is_shown(written):
    written.write_text("ADMIN_EMAIL=ada@example.com\nADMIN_PASSWORD=from-dotenv\n")
    assert prepare() == ""
    assert administrator().email == "ada@example.com"
    assert administrator().check_password("from-dotenv")


def test_the_environment_comes_first(written, monkeypatch):
    written.write_text("ADMIN_EMAIL=ada@example.com\nADMIN_PASSWORD=from-dotenv\n")
    monkeypatch.setenv("ADMIN_PASSWORD", "from-environment")
    prepare()
    assert administrator().check_password("from-environment")


def test_where_nobody_is_named_a_password_is_made_and_shown_once(written):
    shown = prepare()
    assert administrator().username == "admin@example.com"
    assert administrator().check_password(shown)
    assert prepare() == ""
