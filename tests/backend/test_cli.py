"""The `maskloop` command where no server runs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.cli import app
from backend.settings import Settings
from tests.backend.pictures import archive, photo

runner = CliRunner()


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKLOOP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")


def test_import_on_a_fresh_machine(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.png").write_bytes(photo(1))
    (folder / "deep" / "two.png").write_bytes(photo(2))
    (folder / "notes.md").write_text("where they come from")
    (folder / ".hidden.png").write_bytes(photo(3))
    (tmp_path / "more.zip").write_bytes(archive({"three.png": photo(3), "one again.png": photo(1)}))
    result = runner.invoke(app, ["import", str(folder), str(tmp_path / "more.zip")])
    assert result.exit_code == 0, result.output
    assert "3 imported, 1 duplicate, 0 refused" in result.output


def test_import_names_what_it_refuses(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"")
    result = runner.invoke(app, ["import", str(tmp_path / "bad.png")])
    assert result.exit_code == 1
    assert "bad.png: refused. The file is empty." in result.output


def test_config_shows_every_setting() -> None:
    output = runner.invoke(app, ["config"]).output
    for name in Settings.model_fields:
        assert f"MASKLOOP_{name.upper()}" in output
