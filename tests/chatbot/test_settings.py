"""What an operator sets is read exactly, and every mistake is named with what to do."""

import pytest

from chatbot import env

NEEDED = {"SECRET_KEY": "s", "DATABASE_URL": "postgres://a@b/c", "REDIS_URL": "redis://r"}


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Reads settings from these variables and nothing else."""
    for name in env.Env.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(env.Env.model_config, "env_file", tmp_path / "none")

    def read(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return env.read_env()

    return read


def test_three_settings_are_enough(read):
    settings = read(**NEEDED)
    assert settings.public_url == "http://localhost:8000"
    assert settings.openai_api_key is None


def test_all_mistakes_are_told_at_once(read):
    with pytest.raises(SystemExit) as end:
        read(SECRET_KEY="s", WORKER_CONCURRENCY="many")
    for part in ("DATABASE_URL", "REDIS_URL", "WORKER_CONCURRENCY", "manage.py up"):
        assert part in str(end.value)


def test_a_secret_may_stand_in_a_file(read, tmp_path):
    (tmp_path / "key").write_text("from the file\n")
    assert read(**NEEDED, OPENAI_API_KEY_FILE=str(tmp_path / "key")).openai_api_key
    settings = read(OPENAI_API_KEY_FILE=str(tmp_path / "key"))
    assert settings.openai_api_key.get_secret_value() == "from the file"


def test_an_empty_setting_is_none_at_all(read):
    assert read(**NEEDED, OPENAI_BASE_URL="").openai_base_url is None


def test_names_are_separated_by_commas_and_a_last_slash_is_dropped(read):
    settings = read(**NEEDED, ALLOWED_HOSTS="a.example, b.example", PUBLIC_URL="https://c.example/")
    assert settings.allowed_hosts == ["a.example", "b.example"]
    assert settings.public_url == "https://c.example"


def test_secrets_do_not_show_when_settings_are_printed(read):
    assert "geheim" not in repr(read(**NEEDED | {"SECRET_KEY": "geheim"}))


def test_keys_for_secrets_are_several_newest_first(read):
    keys = read(**NEEDED, FIELD_KEY="new=, old=").field_key
    assert [key.get_secret_value() for key in keys] == ["new=", "old="]


def test_the_demo_models_key_is_refused_where_the_real_provider_would_be_asked(read):
    for address in ("", "https://api.openai.com/v1"):
        with pytest.raises(SystemExit, match="OPENAI_API_KEY is `demo`"):
            read(**NEEDED, OPENAI_API_KEY="demo", OPENAI_BASE_URL=address)
    demo = read(**NEEDED, OPENAI_API_KEY="demo", OPENAI_BASE_URL="http://demo-model:9000/v1")
    assert demo.openai_base_url == "http://demo-model:9000/v1"
