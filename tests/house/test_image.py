"""The image serves with the command line that tests and benches run."""

import json

from chatbot.boot import processes
from chatbot.boot.paths import ROOT


def test_the_images_web_process_is_ours():
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    command = json.loads(lines.rpartition("CMD ")[2])
    assert command == ["python", *processes.web(8000, "0.0.0.0")[1:]]


def test_no_container_starts_with_a_key_that_nobody_gave():
    compose = (ROOT / "docker-compose.yml").read_text()
    assert "OPENAI_API_KEY: ${OPENAI_API_KEY:?" in compose


def test_the_image_has_the_documentation_that_it_shows():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert not {"docs", "docs/", "docs/*", "*.md", "**/*.md"} & set(ignored)
