"""What a photograph tells of its place and its camera does not come along; what is small and bare stays as it is."""

from io import BytesIO

from PIL import Image

from learning.content.exchange.lightening import lightened


def photograph(**more: object) -> bytes:
    made = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.effect_noise((600, 400), 60).convert("RGB").save(made, "JPEG", exif=exif, **more)
    return made.getvalue()


def test_a_photograph_comes_small_and_silent_and_pages_say_its_name() -> None:
    data = photograph()
    files, warnings = lightened({"10-a.md": b"![Anh](images/a.jpg)", "images/a.jpg": data})
    (picture,) = (path for path in files if path.startswith("images/"))
    assert b"SecretCamera" in data
    assert b"SecretCamera" not in files[picture]
    assert files["10-a.md"] == f"![Anh]({picture})".encode()
    assert (warnings, len(files)) == ([], 2)


def test_a_small_picture_is_drawn_anew_where_it_tells_of_its_place() -> None:
    made = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", (20, 20)).save(made, "PNG", exif=exif)
    files, _ = lightened({"images/a.png": made.getvalue()})
    assert not any(b"SecretCamera" in data for data in files.values())


def test_a_small_bare_picture_stays_byte_for_byte() -> None:
    made = BytesIO()
    Image.new("RGB", (20, 20)).save(made, "PNG")
    files = {"10-a.md": b"![A](images/a.png)", "images/a.png": made.getvalue()}
    assert lightened(files) == (files, [])


def test_a_broken_picture_stays_and_is_told() -> None:
    files, warnings = lightened({"images/a.png": b"\x89PNG broken"})
    assert files == {"images/a.png": b"\x89PNG broken"}
    assert len(warnings) == 1
