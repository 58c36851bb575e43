"""What a team installs: docker-compose.yml, Dockerfile and settings.env.example say what is true."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from backend.settings import REPOSITORY, Settings
from backend.supervisor import WORKERS

COMPOSE_SCHEMA = Path(__file__).parents[1] / "data" / "compose-spec.json"
EXAMPLE = REPOSITORY / "deploy" / "settings.env.example"
LINE = re.compile(r"^#?([A-Z0-9_]+)=(.*)$", re.MULTILINE)
INTERPOLATED = re.compile(r"\$\{([A-Z0-9_]+):[-?]([^}]*)\}")  # with its default, or why it must be set
PINNED = re.compile(r"[\w/.-]+:\d+\.\d+[\w.-]*")
DEPENDS_ON_THE_FOLDER = {"data_dir", "frontend_dir"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return read_compose()


def read_compose(**settings: str) -> dict[str, Any]:
    """As Compose reads it with these lines in .env."""
    text = (REPOSITORY / "docker-compose.yml").read_text()
    return dict(yaml.safe_load(INTERPOLATED.sub(lambda found: settings.get(found[1], found[2]), text)))


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


def test_training_and_downloads_have_workers_of_their_own_with_and_without_a_gpu() -> None:
    """The same as `maskloop run` starts."""
    without = [service for service in read_compose()["services"].values() if "profiles" not in service]
    with_gpu = [
        service for service in read_compose(CPU_WORKERS="0")["services"].values() if service.get("scale") != 0
    ]
    for running in (without, with_gpu):
        commands = [service.get("command", []) for service in running]
        taken = [command[-1] for command in commands if command[:2] == ["maskloop", "worker"]]
        assert sorted(taken) == sorted(",".join(queues) for queues in WORKERS)


def test_images_are_pinned_by_minor_version(compose: dict[str, Any]) -> None:
    images = {service["image"] for service in compose["services"].values()}
    pinned = images - {"maskloop:cpu", "maskloop:gpu"}
    assert len(pinned) == 4
    bases = re.findall(r"^FROM (\S+:\S+)", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    for image in [*pinned, *bases]:
        assert PINNED.fullmatch(image), image


def test_store_and_bucket_are_those_that_the_application_asks_for(compose: dict[str, Any]) -> None:
    services = compose["services"]
    asked, store = services["web"]["environment"], services["s3"]
    assert store["image"].startswith("chrislusf/seaweedfs:")
    assert store["volumes"] == ["objects:/data"]
    assert asked["AWS_ENDPOINT_URL"] == "http://s3:8333"  # SeaweedFS' port unless told otherwise
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert store["environment"][key] == asked[key]
    bucket = asked["MASKLOOP_STORAGE_URL"].removeprefix("s3://").partition("/")[0]
    assert f"'{bucket}'" in services["bucket"]["command"][-1]
    assert services["bucket"]["depends_on"] == {"s3": {"condition": "service_healthy"}}
    assert services["web"]["depends_on"]["bucket"] == {"condition": "service_completed_successfully"}


def test_store_reports_to_nobody_and_answers_without_keys_to_nobody(compose: dict[str, Any]) -> None:
    # SeaweedFS sends statistics to its makers unless told otherwise; its other ports know no keys.
    assert {"-master.telemetry=false", "-ip.bind=127.0.0.1"} <= set(compose["services"]["s3"]["command"])


def test_another_store_is_one_line_of_settings() -> None:
    elsewhere = "https://objects.example.org"
    services = read_compose(S3_ENDPOINT=elsewhere)["services"]
    environments = [service.get("environment", {}) for service in services.values()]
    asked = [one["AWS_ENDPOINT_URL"] for one in environments if "MASKLOOP_STORAGE_URL" in one]
    assert asked == [elsewhere] * 8  # web, beat, bucket and five workers


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
