"""`manage.py reset` gives up what is embedded, and nothing else."""

import pytest

from chatbot.boot import reset
from chatbot.boot.locks import if_first


@pytest.fixture
def var(tmp_path, monkeypatch):
    monkeypatch.setattr(reset, "VAR", tmp_path)
    monkeypatch.setattr(reset, "LOCK", tmp_path / "up.lock")
    monkeypatch.setattr(reset, "USERS", tmp_path / "servers.users")
    monkeypatch.setattr(reset, "setting", lambda name: "")
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18")
    (tmp_path / "prepared").write_text("seal")
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "counterfoil-1.tar").write_text("kept")
    return tmp_path


def test_all_but_backups_is_gone(var):
    assert reset.run(["--yes"]) == 0
    assert not (var / "postgres").exists()
    assert not (var / "prepared").exists()
    assert (var / "backups" / "counterfoil-1.tar").read_text() == "kept"
    assert reset.run(["--yes"]) == 0


def test_it_asks_and_a_no_changes_nothing(var, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert reset.run([]) == 1
    assert (var / "postgres").exists()
    monkeypatch.setattr("builtins.input", lambda _: "reset")
    assert reset.run([]) == 0


@pytest.mark.parametrize("name", ["up.lock", "servers.users"])
def test_while_another_command_runs_nothing_is_touched(var, name):
    with if_first(var / name) as held:
        assert held
        assert reset.run(["--yes"]) == 1
    assert (var / "postgres").exists()


def test_an_operators_own_database_is_never_touched(var, monkeypatch):
    monkeypatch.setattr(reset, "setting", lambda name: "postgres://theirs/")
    assert reset.run(["--yes"]) == 1
    assert (var / "postgres").exists()
