"""The pictures of what is brought along, made fit for phones and silent: no place where a photograph was taken stays.

A picture that is small and says nothing beside its pixels is left as it is: what was exported comes back the same.
"""

from collections.abc import Mapping
from io import BytesIO

from learning.content import pictures
from learning.content.tree import IMAGES, ending

# What a decoder needs. All else (EXIF, XMP, comments, texts) speaks of the file.
_OF_PIXELS = frozenset(
    (
        *("jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "adobe", "adobe_transform"),
        *("progressive", "progression", "gamma", "srgb", "chromaticity", "interlace", "transparency"),
        *("loop", "background", "duration", "timestamp", "version", "extension", "icc_profile"),
    )
)


def lightened(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """The files of a course with such pictures, its pages saying their new names; and warnings."""
    kept: dict[str, bytes] = {}
    renamed: dict[str, str] = {}
    warnings = []
    for path, data in files.items():
        if ending(path) not in IMAGES or _is_light(data):
            kept[path] = data
            continue
        try:
            made = pictures.prepared(data)
        except pictures.PictureRefused:
            kept[path] = data
            warnings.append(f"{path}: giữ nguyên vì không thu nhỏ được; hãy xem lại hình này.")
            continue
        renamed[path] = made.path(path)
        kept[renamed[path]] = made.data
    for path, data in kept.items():
        if path.endswith(".md"):
            kept[path] = _with_names(data, renamed)
    return kept, warnings


def _is_light(data: bytes) -> bool:
    from PIL import Image

    if len(data) > pictures.BUDGET:
        return False
    try:
        with Image.open(BytesIO(data), formats=(*pictures.FORMATS, "AVIF")) as image:
            return _OF_PIXELS.issuperset(image.info)
    except Exception:  # Pillow's readers raise what they like on broken files
        return False


def _with_names(page: bytes, renamed: Mapping[str, str]) -> bytes:
    for old, new in renamed.items():
        page = page.replace(f"({old})".encode(), f"({new})".encode())
    return page
