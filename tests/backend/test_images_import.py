"""What becomes of the files that people import."""

import io
import zipfile
from threading import Barrier, Thread
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image as PillowImage
from sqlalchemy import func, select

from backend.core.database import session_scope
from backend.images.importing import Upload, import_uploads
from backend.images.models import Image
from backend.images.pictures import FileRefusedError, read_picture
from backend.jobs.models import Job
from backend.runtime import Runtime
from backend.settings import Settings
from tests.backend.pictures import archive, data, encoded, photo, pixels, png_claiming
from tests.backend.worlds import first_project


def upload(client: TestClient, *files: tuple[str, bytes]) -> dict[str, Any]:
    response = client.post("/api/images", files=[("files", file) for file in files])
    assert response.status_code == 200, response.text
    return dict(response.json())


def picture_of(client: TestClient, report: dict[str, Any]) -> np.ndarray:
    return pixels(client.get(f"/api/images/{report['files'][0]['image_id']}/picture").content)


def test_good_and_bad_files_get_their_own_verdicts(client: TestClient, runtime: Runtime) -> None:
    cat = data("small-cat.jpg")
    report = upload(
        client,
        ("good.png", photo(1)),
        ("empty.png", b""),
        ("notes.txt", b"not an image at all"),
        ("cut.jpg", cat[: len(cat) // 2]),
        ("beginning.png", photo(2)[:12]),
        ("huge.png", png_claiming(20_000, 15_000)),
        ("moving.gif", encoded(PillowImage.new("L", (9, 9)), "GIF")),
        ("again.png", photo(1)),
    )
    codes = {file["name"]: (file["verdict"], file["code"]) for file in report["files"]}
    assert codes == {
        "good.png": ("imported", None),
        "empty.png": ("refused", "empty_file"),
        "notes.txt": ("refused", "not_an_image"),
        "cut.jpg": ("refused", "corrupt_image"),
        "beginning.png": ("refused", "corrupt_image"),
        "huge.png": ("refused", "too_many_pixels"),
        "moving.gif": ("refused", "unsupported_format"),
        "again.png": ("duplicate", None),
    }
    assert (report["imported"], report["duplicates"], report["refused"]) == (1, 1, 6)
    assert all(file["reason"] for file in report["files"] if file["verdict"] != "imported")
    assert "300 million" in next(file["reason"] for file in report["files"] if file["name"] == "huge.png")
    with session_scope(runtime.sessions, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Image)) == 1
    blobs = [path for path in (runtime.settings.data_dir / "blobs").rglob("*") if path.is_file()]
    assert len(blobs) == 2  # the good file's original, which is its picture too, and its thumbnail


def test_large_highly_compressed_image_is_refused_before_it_is_unpacked(client: TestClient) -> None:
    bomb = encoded(PillowImage.new("1", (20_000, 15_000)))
    assert len(bomb) < 100_000
    assert upload(client, ("bomb.png", bomb))["files"][0]["code"] == "too_many_pixels"


def test_rotated_photo_is_upright(client: TestClient) -> None:
    stored = data("exif-rotated.jpg")
    report = upload(client, ("rotated.jpg", stored))
    out = client.get(f"/api/images/{report['files'][0]['image_id']}").json()
    assert (out["width"], out["height"]) == (1500, 1000)
    np.testing.assert_array_equal(picture_of(client, report), np.rot90(pixels(stored), k=-1))
    thumbnail = client.get(out["thumbnail_url"])
    assert thumbnail.headers["content-type"] == "image/jpeg"
    assert pixels(thumbnail.content).shape == (213, 320, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_upright(orientation: int) -> None:
    upright = np.arange(6, dtype=np.uint8).reshape(2, 3, 1).repeat(3, 2) * 40
    # The inverse of what a viewer has to do, written out by hand.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, k=1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, k=-1),
    }[orientation]
    exif = PillowImage.Exif()
    exif[0x0112] = orientation
    content = encoded(PillowImage.fromarray(np.ascontiguousarray(stored)), "PNG", exif=exif)
    picture = read_picture(content, max_pixels=100)
    assert (picture.width, picture.height) == (3, 2)
    np.testing.assert_array_equal(pixels(picture.rendition or content), upright)


def test_plain_files_are_kept_as_they_are(client: TestClient) -> None:
    for name in ("small-cat.jpg", "grey-camera.jpg"):
        report = upload(client, (name, data(name)))
        response = client.get(f"/api/images/{report['files'][0]['image_id']}/picture")
        assert response.content == data(name)
        assert response.headers["content-type"] == "image/jpeg"


def test_palette_becomes_rgb(client: TestClient) -> None:
    content = data("coffee-palette.png")
    report = upload(client, ("coffee.png", content))
    response = client.get(f"/api/images/{report['files'][0]['image_id']}/picture")
    with PillowImage.open(io.BytesIO(response.content)) as picture:
        assert picture.mode == "RGB"
    np.testing.assert_array_equal(pixels(response.content), pixels(content))


def test_cmyk_becomes_rgb(client: TestClient) -> None:
    content = data("rocket-cmyk.jpg")
    report = upload(client, ("rocket.jpg", content))
    response = client.get(f"/api/images/{report['files'][0]['image_id']}/picture")
    with PillowImage.open(io.BytesIO(response.content)) as picture:
        assert (picture.mode, picture.size) == ("RGB", (640, 427))
    np.testing.assert_array_equal(pixels(response.content), pixels(content))


def test_sixteen_bits_keep_their_range(client: TestClient) -> None:
    content = data("coins-16bit.png")
    with PillowImage.open(io.BytesIO(content)) as image:
        deep = np.asarray(image)
    shown = picture_of(client, upload(client, ("coins.png", content)))
    np.testing.assert_array_equal(shown[..., 0], deep // 257)


def test_twelve_bits_in_sixteen_are_not_black() -> None:
    deep = np.linspace(0, 4095, 64, dtype=np.uint16).reshape(8, 8)
    picture = read_picture(encoded(PillowImage.fromarray(deep)), max_pixels=64)
    assert picture.rendition is not None
    np.testing.assert_array_equal(pixels(picture.rendition)[..., 0], deep >> 4)


def test_float_tiff_is_stretched_over_the_whole_range() -> None:
    values = np.array([[-1.0, 0.0], [0.5, 1.0]], np.float32)
    picture = read_picture(encoded(PillowImage.fromarray(values), "TIFF"), max_pixels=4)
    assert picture.rendition is not None
    np.testing.assert_array_equal(pixels(picture.rendition)[..., 0], [[0, 128], [191, 255]])


def test_transparent_parts_are_white(client: TestClient) -> None:
    rgba = PillowImage.new("RGBA", (2, 1), (255, 0, 0, 255))
    rgba.putpixel((1, 0), (0, 0, 0, 0))
    shown = picture_of(client, upload(client, ("alpha.png", encoded(rgba))))
    np.testing.assert_array_equal(shown, [[[255, 0, 0], [255, 255, 255]]])


def test_transparent_colour_of_a_palette_is_white() -> None:
    palette = PillowImage.new("P", (2, 1))
    palette.putpalette([0, 0, 255, 9, 9, 9])
    palette.putpixel((1, 0), 1)
    picture = read_picture(encoded(palette, transparency=1), max_pixels=2)
    assert picture.rendition is not None
    np.testing.assert_array_equal(pixels(picture.rendition), [[[0, 0, 255], [255, 255, 255]]])


def test_archive_members_get_their_own_verdicts(client: TestClient) -> None:
    content = archive(
        {
            "trip/one.png": photo(1),
            "trip/deep/two.png": photo(2),
            "../outside.png": photo(3),
            "/absolute.png": photo(4),
            "C:\\windows.png": photo(5),
            "trip/..\\..\\sneaky.png": photo(6),
            "trip/broken.png": photo(7)[:100],
            "__MACOSX/trip/._one.png": b"litter",
        }
    )
    report = upload(client, ("trip.zip", content))
    assert [(file["name"], file["code"]) for file in report["files"]] == [
        ("trip/one.png", None),
        ("trip/deep/two.png", None),
        ("../outside.png", "unsafe_path"),
        ("/absolute.png", "unsafe_path"),
        ("C:/windows.png", "unsafe_path"),
        ("trip/../../sneaky.png", "unsafe_path"),
        ("trip/broken.png", "corrupt_image"),
    ]
    names = [image["name"] for image in client.get("/api/images").json()["items"]]
    assert names == ["trip/one.png", "trip/deep/two.png"]


def test_symbolic_link_in_an_archive_is_refused(client: TestClient) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    report = upload(client, ("links.zip", buffer.getvalue()))
    assert [file["code"] for file in report["files"]] == ["unsafe_path"]


@pytest.mark.parametrize(
    "content", [b"no archive", archive({"a.png": photo()})[:60], archive({})], ids=["text", "cut", "empty"]
)
def test_bad_archive_is_named(client: TestClient, content: bytes) -> None:
    [file] = upload(client, ("photos.zip", content))["files"]
    assert (file["name"], file["verdict"], file["code"]) == ("photos.zip", "refused", "bad_archive")


def test_member_with_damaged_bytes_is_refused(client: TestClient) -> None:
    content = bytearray(archive({"a.png": photo(), "b.png": photo(9)}))
    content[60] ^= 0xFF  # inside the stored bytes of a.png: its checksum does not fit any more
    files = upload(client, ("photos.zip", bytes(content)))["files"]
    assert [(file["verdict"], file["code"]) for file in files] == [
        ("refused", "bad_archive"),
        ("imported", None),
    ]


def test_too_large_files_are_refused(settings: Settings, runtime: Runtime) -> None:
    small = settings.model_copy(update={"max_file_bytes": 1000})
    zipped = archive({"zeros.png": bytes(5000)})
    uploads = [Upload("photo.png", io.BytesIO(photo())), Upload("zeros.zip", io.BytesIO(zipped))]
    report = import_uploads(runtime.sessions, runtime.storage, small, uploads, first_project(runtime))
    assert [(file.name, file.code) for file in report.files] == [
        ("photo.png", "file_too_large"),
        ("zeros.png", "file_too_large"),
    ]


def test_same_file_twice_at_the_same_time_is_one_image(client: TestClient) -> None:
    barrier = Barrier(4)
    reports: list[dict[str, Any]] = []

    def send() -> None:
        barrier.wait()
        reports.append(upload(client, ("same.png", photo(5))))

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report["files"][0]["verdict"] for report in reports) == ["duplicate"] * 3 + ["imported"]
    assert len({report["files"][0]["image_id"] for report in reports}) == 1


def test_storage_failure_leaves_no_image(client: TestClient, runtime: Runtime) -> None:
    blobs = runtime.settings.data_dir / "blobs"
    blobs.write_text("a file where the folder should be")
    response = client.post("/api/images", files={"files": ("good.png", photo())})
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    with session_scope(runtime.sessions, read_only=True) as session:
        assert session.scalars(select(Image)).all() == []
        assert session.scalars(select(Job)).all() == []
    blobs.unlink()
    assert upload(client, ("good.png", photo()))["imported"] == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\0b.png", "a?b.png"),
        ("b\udcff.png", "b?.png"),
        ("line\nbreak.png", "line?break.png"),
        ("été 🐈.png",) * 2,
    ],
)
def test_any_file_name_can_be_imported(client: TestClient, runtime: Runtime, name: str, shown: str) -> None:
    uploads = [Upload(name, io.BytesIO(photo()))]
    report = import_uploads(
        runtime.sessions, runtime.storage, runtime.settings, uploads, first_project(runtime)
    )
    assert [(file.name, file.verdict) for file in report.files] == [(shown, "imported")]
    assert [image["name"] for image in client.get("/api/images").json()["items"]] == [shown]


def test_pixel_limit_is_inclusive() -> None:
    assert read_picture(photo(size=(10, 10)), max_pixels=100).width == 10
    with pytest.raises(FileRefusedError):
        read_picture(photo(size=(10, 10)), max_pixels=99)
