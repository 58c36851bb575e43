"""What a team installs: docker-compose.yml, Dockerfile and settings.env.example say what is true."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from backend.jobs.models import JobQueue
from backend.settings import REPOSITORY, Settings

COMPOSE_SCHEMA = Path(__file__).parents[1] / "data" / "compose-spec.json"
EXAMPLE = REPOSITORY / "deploy" / "settings.env.example"
LINE = re.compile(r"^#?([A-Z0-9_]+)=(.*)$", re.MULTILINE)
DEPENDS_ON_THE_FOLDER = {"data_dir", "frontend_dir"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text()))


def example() -> dict[str, str]:
    lines = LINE.findall(EXAMPLE.read_text())
    assert len(lines) == len(dict(lines)), "a variable stands there twice"
    return dict(lines)


def settings_of_example() -> dict[str, str]:
    return {
        name.removeprefix("MASKLOOP_").lower(): value
        for name, value in example().items()
        if name.startswith("MASKLOOP_")
    }


def test_example_names_every_setting_and_no_other() -> None:
    assert set(settings_of_example()) == set(Settings.model_fields)


def test_example_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = Settings()
    for name, value in settings_of_example().items():
        monkeypatch.setenv(f"MASKLOOP_{name.upper()}", value)
    shown = Settings()
    for name in set(Settings.model_fields) - DEPENDS_ON_THE_FOLDER:
        assert getattr(shown, name) == getattr(defaults, name), name


def test_a_worker_takes_from_every_queue(compose: dict[str, Any]) -> None:
    *_, queues = compose["services"]["worker-cpu"]["command"]
    default = queues.partition(":-")[2].removesuffix("}")
    assert set(default.split(",")) == set(JobQueue)
    assert example()["CPU_QUEUES"] == default


def test_compose_file_is_one(compose: dict[str, Any]) -> None:
    Draft7Validator(json.loads(COMPOSE_SCHEMA.read_text())).validate(compose)


def test_compose_file_refers_to_what_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services, name
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], needed
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (REPOSITORY / source).is_file(), volume
        for variable in service.get("environment", {}):
            if variable.startswith("MASKLOOP_"):
                assert variable.removeprefix("MASKLOOP_").lower() in Settings.model_fields, variable


def test_compose_file_asks_for_nothing_that_the_example_does_not_name() -> None:
    asked = set(re.findall(r"\$\{([A-Z0-9_]+)", (REPOSITORY / "docker-compose.yml").read_text()))
    assert asked <= set(example())
    proxy = set(re.findall(r"\{\$([A-Z0-9_]+)", (REPOSITORY / "deploy" / "Caddyfile").read_text()))
    assert proxy <= set(example())


def test_compose_file_opens_the_proxy_alone(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def copied() -> Iterator[str]:
    """What the Dockerfile takes from this folder."""
    for line in (REPOSITORY / "Dockerfile").read_text().splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--from"):
            yield from words[1:-1]


def test_image_is_built_from_files_that_are_there_and_not_ignored() -> None:
    sources = list(copied())
    assert sources
    kept = {
        line.removeprefix("!")
        for line in (REPOSITORY / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for source in sources:
        assert (REPOSITORY / source).exists(), source
        assert source.partition("/")[0] in kept, source
