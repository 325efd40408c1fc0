"""QTI 2.1, 2.2 and 3 in, QTI 3 out: an item, or a package with `imsmanifest.xml`, tests and items.

In QTI 3 each name is the one of QTI 2 written `qti-so`; names are compared in the old form, whatever the namespace.
An item must ask one thing that we have a kind for; all others are in `skipped` with the words they hold.
"""

import posixpath
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from learning.content.exchange import qti12
from learning.content.exchange.archives import is_zip, parse_xml, read_zip
from learning.content.exchange.bank import Bank, BankQuestion, Skipped, UnreadableError
from learning.content.exchange.markup import Markup
from learning.content.exchange.qti_items import Item
from learning.content.exchange.qti_names import attribute, below, first, local, said
from learning.content.exchange.qti_writing import write
from learning.content.exchange.shapes import NotOursError, decimal, grouped

__all__ = ["read", "write"]


def read(data: bytes, *, name: str = "") -> Bank:
    """A bank out of one item or of a package. Raises UnreadableError."""
    title = PurePosixPath(name).stem if name else ""
    if is_zip(data):
        files = read_zip(data)
        return _Package(files, title).read()
    return _Package({name or "item.xml": data}, title).read()


class _Package:
    """The files of a source; a single item is a package of one."""

    def __init__(self, files: Mapping[str, bytes], title: str) -> None:
        self.files = files
        self.title = title
        self.skipped: list[Skipped] = []
        self.markup = Markup()
        self.tags: dict[str, tuple[str, ...]] = {}  # of an item by its path
        self.old: list[Any] = []  # what is QTI 1.2

    def read(self) -> Bank:
        items, tests = self.roots()
        if not items and not tests and not self.old:
            raise UnreadableError(
                "Trong tệp không có câu hỏi QTI nào (assessmentItem, assessmentTest hay questestinterop)."
            )
        groups: list[tuple[str, int, list[BankQuestion]]] = []
        asked: set[str] = set()
        for path, test in tests.items():
            for section, line, refs in self.sections(path, test):
                questions = []
                for target, weight in refs:
                    if target in items and target not in asked:
                        asked.add(target)
                        questions += self.item(target, items[target], weight)
                groups.append((section, line, questions))
        rest = [
            question
            for path, item in items.items()
            if path not in asked
            for question in self.item(path, item)
        ]
        groups.append((self.title or "Câu hỏi", 0, rest))
        for root, path in self.old:
            for title, questions in qti12.read(root, self.markup_at(path), self.skipped):
                groups.append((title or self.title or "Câu hỏi", root.sourceline or 0, questions))
        lessons = grouped(groups)
        title = next((attribute(test, "title") for test in tests.values()), "") or self.title or "Câu hỏi"
        return Bank(title, lessons, self.markup.media.files, tuple(self.skipped), self.markup.told())

    def roots(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Items and tests by their paths, in the order of the manifest where it names them."""
        items: dict[str, Any] = {}
        tests: dict[str, Any] = {}
        single = len(self.files) == 1
        for path in self.ordered():
            if not path.lower().endswith((".xml", ".qti")) and not single:
                continue
            if PurePosixPath(path).name == "imsmanifest.xml" and not single:
                continue
            try:
                root = parse_xml(self.files[path], path)
            except UnreadableError as error:
                if single:
                    raise
                self.skipped.append(Skipped(0, path, str(error)))
                continue
            kind = local(root)
            if kind == "assessmentItem":
                items[path] = root
            elif kind == "assessmentTest":
                tests[path] = root
            elif kind == "questestinterop":
                self.old.append((root, path))
            elif not single and (kind == "assessmentStimulus" or said(root)):
                self.skipped.append(
                    Skipped(0, said(root)[:2000] or path, f"Tệp {path} không phải câu hỏi QTI.")
                )
        return items, tests

    def ordered(self) -> list[str]:
        manifests = [path for path in self.files if PurePosixPath(path).name == "imsmanifest.xml"]
        named: list[str] = []
        for manifest in manifests[:1]:
            root = parse_xml(self.files[manifest], manifest)
            for resource in below(root, "resource"):
                path = self.resolved(manifest, attribute(resource, "href"))
                if path in self.files:
                    named.append(path)
                    words = [said(one) for one in below(resource, "keyword")]
                    self.tags[path] = tuple(dict.fromkeys(filter(None, words)))
        return list(dict.fromkeys([*named, *self.files]))

    def resolved(self, page: str, address: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(address.partition("#")[0])))

    def markup_at(self, path: str) -> Markup:
        """Markup whose addresses start from a file of the package."""
        return Markup(
            media=self.markup.media,
            find=lambda address: self.files.get(self.resolved(path, address)),
            warnings=self.markup.warnings,
        )

    def sections(self, path: str, test: Any) -> Iterator[tuple[str, int, list[tuple[str, Decimal | None]]]]:
        test_title = attribute(test, "title") or self.title
        for section in below(test, "assessmentSection"):
            refs = []
            for one in section:
                if local(one) == "assessmentItemRef":
                    weight = first(one, "weight")
                    points = decimal(attribute(weight, "value")) if weight is not None else None
                    refs.append((self.resolved(path, attribute(one, "href")), points))
                    if refs[-1][0] not in self.files:
                        self.tell(one, attribute(one, "href"), "Đề dẫn tới câu hỏi không có trong gói.")
                elif local(one) == "rubricBlock":
                    self.tell(one, said(one), "Lời dặn của phần (rubricBlock) không nhập.")
            title = attribute(section, "title") or test_title or "Câu hỏi"
            yield title, section.sourceline or 0, refs

    def tell(self, element: Any, what: str, reason: str) -> None:
        if what:
            self.skipped.append(Skipped(element.sourceline or 0, what, reason))

    def item(self, path: str, root: Any, weight: Decimal | None = None) -> list[BankQuestion]:
        try:
            made = Item(
                root, path, self.markup_at(path), self.skipped, self.tags.get(path, ()), weight
            ).question()
        except NotOursError as error:
            what = " · ".join(filter(None, [attribute(root, "title"), said(root)]))
            self.skipped.append(Skipped(root.sourceline or 0, what or path, f"{error} ({path})"))
            return []
        return [made]
