"""The order of people: by given name, then family name, then what stands between."""

from learning.vietnamese.collation import LENGTH, levels
from learning.vietnamese.folding import tone_neutral


def name_key(full_name: str) -> str:
    """Sorts "Trần Văn An" before "Lê Bình" before "Nguyễn Bình": tên, họ, đệm, each compared whole.

    The two spellings of a name (Hoà, Hòa) stand together. At most collation.LENGTH characters.
    """
    words = tone_neutral(full_name).split()
    parts = (words[-1:], words[:1] if len(words) > 1 else [], words[1:-1])
    return "".join(f"{letters}0{tones}0" for letters, tones, _ in map(levels, map(" ".join, parts)))[:LENGTH]
