"""Before an upgrade it is known what would make others wait, or fail, and what would not."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import migrations, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import CheckConstraint, F, Index, Q

from chatbot.operations import upgrading
from chatbot.operations.upgrading import LARGE_ROWS, judge
from tests import factories

TABLE = "billing_slip"
TEXT = models.CharField(max_length=20)
POSITIVE = CheckConstraint(condition=Q(amount__gte=0), name="positive")
BY_NOTE = Index(fields=["note"], name="by_note")


def judged(operation, rows):
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("note", models.CharField(max_length=20, null=True)),
        ("amount", models.IntegerField()),
    ]
    state.add_model(ModelState("billing", "Slip", fields, managers=[]))
    state.add_model(
        ModelState("billing", "Roll", [("id", models.BigAutoField(primary_key=True))], managers=[])
    )
    migration = migrations.Migration("0099_next", "billing")
    migration.operations = [operation]
    return [str(one) for one in judge([migration], state, {TABLE: rows})]


def add(field):
    return migrations.AddField("slip", "kind", field)


def alter(field):
    return migrations.AlterField("slip", "note", field)


LOCKS = {
    "index": migrations.AddIndex("slip", BY_NOTE),
    "check": migrations.AddConstraint("slip", POSITIVE),
    "indexed column": add(models.CharField(max_length=9, null=True, db_index=True)),
    "foreign key": add(models.ForeignKey("billing.Roll", models.CASCADE, null=True)),
    "generated column": add(
        models.GeneratedField(
            expression=F("amount") + 1, output_field=models.IntegerField(), db_persist=True
        )
    ),
    "other type": migrations.AlterField("slip", "amount", models.DecimalField(9, 2)),
    "shorter text": alter(models.CharField(max_length=10, null=True)),
    "index on a column": alter(models.CharField(max_length=20, null=True, db_index=True)),
}
BREAKS = {
    "must be filled": add(models.BooleanField(default=False)),
    "may no longer be empty": alter(models.CharField(max_length=20, default="")),
    "goes": migrations.RemoveField("slip", "note"),
    "other name": migrations.RenameField("slip", "note", "remark"),
    "table goes": migrations.DeleteModel("Slip"),
    "table with another name": migrations.RenameModel("Slip", "Receipt"),
    "inside another": migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RemoveField("slip", "note")]
    ),
}
HARMLESS = {
    "index beside the work": AddIndexConcurrently("slip", BY_NOTE),
    "check of what is new": AddConstraintNotValid("slip", POSITIVE),
    "empty column": add(models.CharField(max_length=9, null=True)),
    "column with a default": add(models.BooleanField(db_default=False)),
    "longer text": alter(models.CharField(max_length=40, null=True)),
    "text without end": alter(models.TextField(null=True)),
    "new table": migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))]),
    "only the state": migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("slip", "note")]
    ),
    "SQL of its own": migrations.RunSQL("SELECT 1"),
}


@pytest.mark.parametrize("name", LOCKS)
def test_what_locks_is_refused_on_a_large_table_only(name):
    (line,) = judged(LOCKS[name], LARGE_ROWS + 1)
    assert line.startswith(f"billing.0099_next, {TABLE} with some 100,001 rows: ")
    assert judged(LOCKS[name], LARGE_ROWS) == []


@pytest.mark.parametrize("name", BREAKS)
def test_what_running_code_cannot_live_with_is_refused_wherever_there_are_rows(name):
    (line,) = judged(BREAKS[name], 1)
    assert line.startswith(f"billing.0099_next, {TABLE}: ")
    assert judged(BREAKS[name], 0) == []


@pytest.mark.parametrize("name", HARMLESS)
def test_what_disturbs_nobody_is_let_through(name):
    assert judged(HARMLESS[name], 10 * LARGE_ROWS) == []


@pytest.mark.django_db
def test_a_database_of_newer_code_is_refused(capsys):
    call_command("check_upgrade")
    assert "can be applied while the product runs" in capsys.readouterr().out
    MigrationRecorder.Migration.objects.create(app="chatbot", name="9999_of_tomorrow")
    with pytest.raises(CommandError, match=r"Newer code.*chatbot\.9999_of_tomorrow"):
        call_command("check_upgrade")


@pytest.mark.django_db
def test_rows_are_counted_about_right_before_postgres_has_counted_them():
    before = upgrading.rows_by_table()
    factories.make_tenant()
    after = upgrading.rows_by_table()
    assert after["conversations_tenant"] > 0
    assert after["conversations_tenant"] < LARGE_ROWS
    assert "billing_ledgerentry" in before  # its partitions together, under its own name


@pytest.mark.django_db
def test_it_is_refused_only_while_somebody_else_works(monkeypatch):
    found = upgrading.Danger("billing.0099_next", TABLE, "the table goes")
    monkeypatch.setattr(upgrading, "dangers", lambda: [found])
    monkeypatch.setattr(upgrading, "OTHERS", "SELECT 0")
    upgrading.refuse_what_disturbs()
    monkeypatch.setattr(upgrading, "OTHERS", "SELECT 2")
    with pytest.raises(CommandError, match="the table goes"):
        upgrading.refuse_what_disturbs()
