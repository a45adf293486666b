"""A secret in the database is read with the key it was encrypted with, and no other."""

import pytest
from django.core.management import CommandError, call_command

from chatbot.models import ProviderKey
from chatbot.models.encryption import CannotDecrypt, decrypted, encrypted
from tests.factories import make_key

SECRET = "sk-0123456789abcdefghij"


def read(row):
    return ProviderKey.objects.get(pk=row.pk).secret.reveal().get_secret_value()


def test_what_is_encrypted_twice_looks_different_and_reads_the_same():
    one, two = encrypted(SECRET), encrypted(SECRET)
    assert one != two
    assert {decrypted(one).get_secret_value(), decrypted(two).get_secret_value()} == {SECRET}


@pytest.mark.parametrize("show", [str, repr, "{}".format])
def test_no_way_of_showing_it_shows_it(show, db):
    row = make_key(SECRET)
    fresh = ProviderKey.objects.get()
    for one in (row.secret, fresh.secret, fresh.secret.reveal(), vars(fresh), fresh):
        assert SECRET[:12] not in show(one)


def test_a_secret_of_another_deployment_says_what_to_do(settings):
    token = encrypted(SECRET)
    settings.SECRET_KEY = "another"
    with pytest.raises(CannotDecrypt, match="FIELD_KEY"):
        decrypted(token)


def test_a_first_encryption_key_can_be_named_later(settings, db):
    row = make_key(SECRET)
    settings.FIELD_KEYS = ["first"]
    assert read(row) == SECRET


def test_after_rotation_the_older_keys_are_not_needed(settings, db, capsys):
    row = make_key(SECRET)
    settings.FIELD_KEYS = ["new"]
    call_command("rotate_keys")
    assert "1 secrets" in capsys.readouterr().out
    settings.SECRET_KEY = "another"
    assert read(row) == SECRET


def test_rotation_names_what_it_cannot_open_and_leaves_it(settings, db):
    row = make_key(SECRET)
    settings.SECRET_KEY, old = "another", settings.SECRET_KEY
    with pytest.raises(CommandError, match="provider key test"):
        call_command("rotate_keys")
    settings.SECRET_KEY = old
    assert read(row) == SECRET


def test_a_dump_of_the_database_does_not_hold_it(db, capsys):
    row = make_key(SECRET)
    sealed = ProviderKey.objects.get(pk=row.pk).secret.token
    call_command("dumpdata", "chatbot.providerkey")
    dumped = capsys.readouterr().out
    assert SECRET not in dumped
    assert sealed not in dumped
