"""How many files, broken at random, each importer reads or refuses; anything else that it raises is a crash.

    PYTHONPATH=. python benchmarks/importers.py [FILES=10000] [IMPORTER …]

What is broken is a course of the house, as each format writes it (for Word, a bank as offices write them): elements,
letters and now and then bytes are changed, taken out and put elsewhere, in the parts of what is packed and sometimes in
the package itself. What is read is written as a course, too. The seed is fixed: the same files each time. Exit 1 where
anything crashed.
"""

import io
import random
import sys
import time
import traceback
import zipfile
from collections import Counter
from copy import deepcopy
from datetime import date
from pathlib import Path

from lxml import etree

from learning.content import tree
from learning.content.compiling import compile_sources
from learning.content.exchange import formats
from learning.content.exchange.archives import is_zip
from learning.content.exchange.bank import Bank, UnreadableError
from learning.content.exchange.packing import zipped
from learning.content.exchange.reading import read_course
from learning.content.exchange.writing import draft_course
from tests.content.exchange.word_files import ASKS, automatic, headings_and_reasons

ROOT = Path(__file__).parent.parent
SIGNS = "<>&;{}[]()=~#%:\"'/\\|*_-!$@^ạđ\u200b\ue110\x00\x0b\n\r\t 019"
PACKAGE_TOO = 0.1  # how often what packs the parts is broken


def main() -> int:
    words = sys.argv[1:]
    times = int(words.pop(0)) if words and words[0].isdigit() else 10_000
    samples = {name: data for name, data in made().items() if not words or name in words}
    crashed = 0
    for name, whole in samples.items():
        crashed += report(name, whole, times)
    return 1 if crashed else 0


def report(name: str, whole: list[bytes], times: int) -> int:
    chance = random.Random(name)
    ends: Counter[str] = Counter()
    begun, slowest = time.process_time(), 0.0
    for _ in range(times):
        data = broken(chance.choice(whole), chance)
        at = time.process_time()
        ends[read(name, data)] += 1
        slowest = max(slowest, time.process_time() - at)
    took = time.process_time() - begun
    crashes = times - ends["read"] - ends["refused"]
    print(
        f"{name:17} {times} files: {ends.pop('read', 0)} read, {ends.pop('refused', 0)} refused, {crashes} crashed; "
        f"{1000 * took / times:.1f} ms each, {slowest:.1f} s the slowest",
        flush=True,
    )
    for crash, count in ends.most_common(5):
        print(f"    {count} × {crash}", flush=True)
    return crashes


def read(name: str, data: bytes) -> str:
    try:
        bank = formats.read(name, data, name="ngân hàng")
        draft_course(bank, owner="Sở", today=date(2026, 1, 1), field="finance", slug="thu")
    except UnreadableError:
        return "refused"
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
    return "read"


def made() -> dict[str, list[bytes]]:
    """By importer, whole files."""
    found = tree.read(ROOT / "courses", tree.Findings())
    sources = compile_sources(found.registry)
    course = next(one for one in found.courses if one.slug == "commune-budget")
    bank = read_course(course.files, field=course.field, slug=course.slug, sources=sources)
    few = Bank(
        bank.title, bank.lessons[:2] + bank.lessons[-1:], bank.media, files=bank.files, sources=bank.sources
    )
    written = {name: [formats.write(name, few)[0]] for name in formats.EXPORTERS}
    return {**written, "docx": [automatic(ASKS), headings_and_reasons(ASKS)]}


def broken(whole: bytes, chance: random.Random) -> bytes:
    if not is_zip(whole) or chance.random() < PACKAGE_TOO:
        return bent(whole, chance)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {path: archive.read(path) for path in archive.namelist()}
    for path in chance.sample(list(parts), chance.randint(1, min(3, len(parts)))):
        if chance.random() < PACKAGE_TOO:
            del parts[path]
        else:
            parts[path] = bent(parts[path], chance)
    return zipped(parts)


def bent(data: bytes, chance: random.Random) -> bytes:
    """Elements, where it is XML; else letters, and now and then bytes."""
    if data.lstrip()[:1] == b"<" and chance.random() > PACKAGE_TOO:
        return bent_tree(data, chance)
    try:
        letters = data.decode() if chance.random() > PACKAGE_TOO else data.decode("latin-1")
    except UnicodeDecodeError:
        letters = data.decode("latin-1")
    for _ in range(chance.randint(1, 5)):
        at, other = chance.randrange(len(letters) + 1), chance.randrange(len(letters) + 1)
        put = (chance.choice(SIGNS), "", letters[other : other + chance.randint(1, 200)])
        away = chance.choice((0, 1, chance.randint(1, 40)))
        letters = letters[:at] + chance.choice(put) + letters[at + away :]
    return letters.encode("latin-1" if max(letters, default="") < "\u0100" else "utf-8", "replace")


def bent_tree(data: bytes, chance: random.Random) -> bytes:
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return data[: chance.randrange(len(data) + 1)]
    for _ in range(chance.randint(1, 5)):
        every = [one for one in root.iter() if isinstance(one.tag, str)]
        one, other = chance.choice(every), chance.choice(every)
        match chance.randrange(6):
            case 0 if one.getparent() is not None:
                one.getparent().remove(one)
            case 1:
                other.append(deepcopy(one))
            case 2:
                one.tag = other.tag
            case 3:
                one.text = chance.choice(
                    (None, "", other.text, other.get("identifier"), "-1", "1e9", "{1:X:=}")
                )
            case 4 if one.attrib:
                one.set(
                    chance.choice(list(one.attrib)),
                    chance.choice(("", "-1", "999999999", "../x", *other.attrib.values())),
                )
            case _:
                one.attrib.clear()
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


if __name__ == "__main__":
    sys.exit(main())
