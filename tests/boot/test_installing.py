"""What cannot be installed in one way is installed in the other."""

import subprocess

import pytest

from chatbot.boot import venv


@pytest.fixture
def ways(monkeypatch, tmp_path):
    """Installs with pip and uv that end as the test says; the package index is not asked."""
    ends, tried = {}, []

    def run(*command):
        words = " ".join(map(str, command))
        name = "uv" if "-m uv" in words else "pip for uv" if "requirements-uv" in words else "pip"
        tried.append(name)
        return subprocess.CompletedProcess(command, ends.get(name, 0), stdout="No route.")

    monkeypatch.setattr(venv, "_run", run)
    monkeypatch.setattr(venv, "VENV", tmp_path)
    return ends, tried


def install():
    venv._install(venv.ROOT / venv.RUNTIME)


@pytest.mark.parametrize(
    ("fails", "then"),
    [
        (set(), ["pip for uv", "uv"]),
        ({"pip for uv"}, ["pip for uv", "pip"]),
        ({"uv"}, ["pip for uv", "uv", "pip"]),
    ],
)
def test_pip_does_what_uv_cannot(ways, tmp_path, fails, then):
    ends, tried = ways
    ends.update(dict.fromkeys(fails, 1))
    install()
    assert tried == then
    assert (tmp_path / "requirements.installed").exists()


def test_when_neither_can_it_is_said_and_tried_again_next_time(ways, tmp_path):
    ends, _ = ways
    ends.update({"uv": 1, "pip": 1})
    with pytest.raises(SystemExit, match=r"(?s)requirements.lock.*No route.*HTTPS_PROXY"):
        install()
    assert not (tmp_path / "requirements.installed").exists()
