"""Photos of a folder are done in turn, several at once, and a bad one stops none of the others."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.folder import Job, jobs, outcomes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for index in range(7):
        (tmp_path / f"{index}.png").write_text(str(index))
    return tmp_path


@pytest.mark.parametrize("batch", [1, 3, 10])
def test_what_fails_is_told_and_the_rest_is_done(folder: Path, batch: int) -> None:
    together = []

    def read(photo: Path) -> int:
        if photo.name == "2.png":
            raise OSError("unreadable")
        return int(photo.read_text())

    def work(photos: Sequence[Job], numbers: Sequence[int]) -> list[int]:
        assert [photo.name for photo in photos] == [f"{number}.png" for number in numbers]
        if 4 in numbers:
            raise ValueError("no four")
        together.append(len(numbers))
        return [10 * number for number in numbers]

    told = {one.job.name: one for one in outcomes(jobs(folder, folder, ".out"), read, work, batch)}
    assert len(told) == 7
    assert told["2.png"].error == "OSError: unreadable"
    assert told["4.png"].error == "ValueError: no four"
    assert {told[f"{n}.png"].results for n in (0, 1, 3, 5, 6)} == {0, 10, 30, 50, 60}
    assert (
        max(together) == min(batch, 3) if batch < 10 else max(together) == 1
    )  # a failed batch is done singly
