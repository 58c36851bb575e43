"""Checkpoint files becoming models, with the real engine: added, pulled, refused, broken off."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import onnxruntime
import pytest
import torch
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from backend.cli import app as cli
from backend.core.database import session_scope
from backend.models import service, tasks
from backend.models.downloader import DownloadError
from backend.models.models import Model, ModelState
from backend.models.service import ModelError
from backend.runtime import Runtime
from engine import decoder_export
from engine.decoder_export import unpack_graphs
from engine.decoder_graphs import write_graphs
from engine.sam.model import Sam
from engine.sam.public import PublicModel
from engine.sam.registry import (
    ModelConfig,
    build_model,
    decoder_digest,
    encoder_digest,
    read_checkpoint,
    save_checkpoint,
)

TINY = ModelConfig(
    family="vit",
    image_size=64,
    encoder_width=16,
    encoder_depth=1,
    encoder_heads=2,
    global_attention_blocks=(0,),
    window_size=2,
    decoder_width=16,
    decoder_heads=2,
    decoder_mlp_width=16,
    iou_head_depth=2,
    iou_head_width=16,
)

# Exporting a graph takes seconds and does not depend on the database: test_models.py runs on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("checkpoint") / "tiny.safetensors"
    save_checkpoint(build_model(TINY), path)
    return path


@pytest.fixture(scope="module", autouse=True)
def written_once() -> Iterator[None]:
    """A model's graphs are written for the first test that needs them, and taken from there by the others."""
    graphs: dict[str, dict[str, bytes]] = {}

    def write_or_take(model: Sam) -> dict[str, bytes]:
        digest = decoder_digest(model)
        if digest not in graphs:
            graphs[digest] = write_graphs(model)
        return graphs[digest]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(decoder_export, "write_graphs", write_or_take)
        yield


def models(runtime: Runtime) -> dict[str, Model]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return {model.name: model for model in service.list_models(session)}


def files(runtime: Runtime) -> list[Path]:
    """Everything in the data folder but the database and the queue."""
    kept = [path for path in runtime.settings.data_dir.rglob("*") if path.is_file()]
    return [path for path in kept if "queue" not in path.parts]


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_added_checkpoint_is_ready_for_worker_and_browser(
    runtime: Runtime, client: TestClient, checkpoint: Path
) -> None:
    model = tasks.register_checkpoint(runtime, checkpoint, name="tiny")
    assert (model.state, model.is_starter) == (ModelState.CANDIDATE, False)
    with service.weights_file(runtime.storage, model) as path:
        assert encoder_digest(read_checkpoint(path)) == model.encoder_digest
    [out] = client.get("/api/models").json()
    decoder = client.get(out["decoder"]["url"]).content
    assert hashlib.sha256(decoder).hexdigest() == out["decoder"]["sha256"]
    assert len(decoder) == out["decoder"]["size_bytes"]
    click = onnxruntime.InferenceSession(unpack_graphs(decoder)["click"])
    assert [output.name for output in click.get_outputs()] == ["low_res_logits", "iou_predictions"]

    again = tasks.register_checkpoint(runtime, checkpoint, name="other-name")
    assert again.id == model.id


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.pth", b"hello" * 100),
        ("empty.pt", b""),
        ("cut.safetensors", None),
        ("archive.pth", b"PK\x03\x04" + b"\0" * 100),
    ],
)
def test_foreign_or_truncated_file_is_refused_and_leaves_nothing(
    runtime: Runtime, checkpoint: Path, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    path.write_bytes(checkpoint.read_bytes()[:5000] if content is None else content)
    with pytest.raises(ModelError, match=rf"{name} .+"):
        tasks.register_checkpoint(runtime, path, name="bad")
    assert models(runtime) == {}
    assert files(runtime) == []


def test_missing_file_is_named(runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"There is no file .*nothing\.pth"):
        tasks.register_checkpoint(runtime, tmp_path / "nothing.pth", name="bad")


ADD_IN_A_PROCESS = """
import sys
from pathlib import Path
from backend.models import tasks
from backend.runtime import open_runtime
from backend.settings import Settings
runtime = open_runtime(Settings())
print("begins", flush=True)
tasks.register_checkpoint(runtime, Path(sys.argv[1]), name="tiny")
"""


def add_in_a_process(
    runtime: Runtime, checkpoint: Path, *, largest_file_bytes: int = resource.RLIM_INFINITY
) -> subprocess.Popen[str]:
    environment = os.environ | {
        "MASKLOOP_DATA_DIR": str(runtime.settings.data_dir),
        "MASKLOOP_DATABASE_URL": runtime.settings.effective_database_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", ADD_IN_A_PROCESS, str(checkpoint)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file_bytes,) * 2),
    )


def test_killed_or_out_of_space_leaves_no_model_and_can_be_repeated(
    runtime: Runtime, checkpoint: Path
) -> None:
    killed = add_in_a_process(runtime, checkpoint)
    while not list(runtime.settings.data_dir.glob("adding-model-*/*")):
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert models(runtime) == {}

    full = add_in_a_process(runtime, checkpoint, largest_file_bytes=checkpoint.stat().st_size - 1)
    _, error = full.communicate()
    assert "ModelError: tiny.safetensors cannot be made ready" in error
    assert "File too large" in error
    assert models(runtime) == {}

    tasks.register_checkpoint(runtime, checkpoint, name="tiny")
    assert list(models(runtime)) == ["tiny"]


@pytest.fixture
def public(checkpoint: Path, tmp_path: Path) -> Iterator[PublicModel]:
    """The checkpoint on a web server."""
    folder = tmp_path / "web"
    folder.mkdir()
    shutil.copy(checkpoint, folder)

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield PublicModel(
        name="vit_tiny",
        file_name=checkpoint.name,
        url=f"http://127.0.0.1:{server.server_port}/{checkpoint.name}",
        sha256=sha256_of(checkpoint),
        size_bytes=checkpoint.stat().st_size,
        licence="Apache-2.0",
        description="For tests.",
        config=TINY,
    )
    server.shutdown()
    server.server_close()


def test_pulled_checkpoint_becomes_a_model_and_is_not_kept_twice(
    runtime: Runtime, public: PublicModel
) -> None:
    progress: list[int] = []
    model = tasks.pull_checkpoint(runtime, public, progress.append)
    assert (model.name, model.weights_sha256) == ("vit_tiny", public.sha256)
    assert progress[-1] == public.size_bytes
    assert not [path for path in files(runtime) if "downloads" in path.parts]

    progress.clear()
    assert tasks.pull_checkpoint(runtime, public, progress.append).id == model.id
    assert progress == []


def test_wrong_file_on_the_server_is_refused_and_leaves_nothing(
    runtime: Runtime, public: PublicModel, tmp_path: Path
) -> None:
    published = tmp_path / "web" / public.file_name
    published.write_bytes(bytes(public.size_bytes))
    with pytest.raises(DownloadError, match="not the published file"):
        tasks.pull_checkpoint(runtime, public, lambda _: None)
    assert models(runtime) == {}
    assert files(runtime) == []


def test_shipped_starter_is_active_after_the_first_start(
    runtime: Runtime, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "starter.safetensors"
    monkeypatch.setattr(tasks, "STARTER", shipped)
    with pytest.raises(ModelError, match="starter model that ships with Maskloop is missing"):
        tasks.ensure_starter(runtime)
    shutil.copy(checkpoint, shipped)
    for _start in range(2):
        tasks.ensure_starter(runtime)
        [starter] = models(runtime).values()
        assert (starter.name, starter.state, starter.is_starter) == ("starter", ModelState.ACTIVE, True)
        assert starter.weights_sha256 == sha256_of(shipped)


def test_decoder_of_an_older_release_is_exported_again(runtime: Runtime, checkpoint: Path) -> None:
    model = tasks.register_checkpoint(runtime, checkpoint, name="tiny")
    current = dict(model.decoder_manifest)
    tasks.renew_decoders(runtime)
    assert models(runtime)["tiny"].decoder_manifest == current

    with session_scope(runtime.sessions) as session:
        row = service.get_model(session, model.id)
        row.decoder_manifest = {key: value for key, value in current.items() if key != "version"}
        row.decoder_key = "models/old/decoder.onnx"
        runtime.storage.put(row.decoder_key, b"old")
    tasks.renew_decoders(runtime)
    renewed = models(runtime)["tiny"]
    assert renewed.decoder_manifest == current
    assert runtime.storage.exists(renewed.decoder_key)
    assert not runtime.storage.exists("models/old/decoder.onnx")


def test_commands_list_add_and_use(
    runtime: Runtime, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKLOOP_DATA_DIR", str(runtime.settings.data_dir))
    monkeypatch.setenv("MASKLOOP_DATABASE_URL", runtime.settings.effective_database_url)
    run = CliRunner().invoke

    listed = run(cli, ["models", "list"])
    assert "sam_vit_b_01ec64.pth" in listed.output
    added = run(cli, ["models", "add", str(checkpoint)])
    assert added.exit_code == 0, added.output
    assert "maskloop models use tiny" in added.output
    used = run(cli, ["models", "use", "tiny"])
    assert "tiny is the active model" in used.output
    assert models(runtime)["tiny"].state == ModelState.ACTIVE

    (tmp_path / "bad.pth").write_text("hello")
    for refused, reason in {
        ("add", str(tmp_path / "bad.pth")): "bad.pth",
        ("pull", "vit_x"): "There are: vit_t, vit_b, vit_l, vit_h.",
        ("use", "vit_x"): "Models here: tiny.",
    }.items():
        result = run(cli, ["models", *refused])
        assert result.exit_code == 1
        assert reason in result.output
        assert "Traceback" not in result.output
