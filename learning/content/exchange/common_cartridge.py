"""IMS Common Cartridge 1.1 to 1.3 in, 1.3 out: pages of HTML as lessons, quizzes and question banks in QTI 1.2.

Canvas puts the whole of a quiz beside the cartridge's poorer copy (`non_cc_assessments`); that one is read where it is
there. Discussions, tools and attachments are in `skipped`.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from learning.content import text as texts
from learning.content.exchange import qti12
from learning.content.exchange.archives import is_zip, parse_xml, read_zip
from learning.content.exchange.bank import Bank, BankLesson, Skipped, UnreadableError
from learning.content.exchange.common_cartridge_writing import write
from learning.content.exchange.elements import parsed, words
from learning.content.exchange.escaping import escaped
from learning.content.exchange.markup import Markup
from learning.content.exchange.qti_names import LESSON, below, first, local, said

__all__ = ["read", "write"]

MANIFEST = "imsmanifest.xml"
PAGES = (".html", ".htm", ".xhtml")


def read(data: bytes, *, name: str = "") -> Bank:
    """The pages and quizzes of a cartridge. Raises UnreadableError."""
    if not is_zip(data):
        raise UnreadableError(f"{name or 'Tệp'} không phải gói Common Cartridge (.imscc, là một tệp nén).")
    files = read_zip(data)
    manifest = next((path for path in files if PurePosixPath(path).name == MANIFEST), None)
    if manifest is None:
        raise UnreadableError(f"{name or 'Tệp'} không có {MANIFEST} nên không phải gói Common Cartridge.")
    return _Reader(files, manifest, PurePosixPath(name).stem if name else "").read()


@dataclass(frozen=True)
class _Resource:
    identifier: str
    kind: str
    paths: tuple[str, ...]
    needs: tuple[str, ...]
    line: int


@dataclass
class _Reader:
    files: dict[str, bytes]
    manifest: str
    name: str
    markup: Markup = field(default_factory=Markup)
    skipped: list[Skipped] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)

    def read(self) -> Bank:
        self.root = parse_xml(self.files[self.manifest], self.manifest)
        if local(self.root) != "manifest":
            raise UnreadableError(f"{self.manifest} không phải bản kê của một gói Common Cartridge.")
        self.resources = {one.identifier: one for one in self.found()}
        lessons: list[BankLesson] = []
        done: set[str] = set()
        for title, identifier, line in [*self.organised(), *(("", one, 0) for one in self.resources)]:
            resource = self.resources.get(identifier)
            if resource is None:
                self.skipped.append(
                    Skipped(line, title or identifier, "Mục lục dẫn tới phần không có trong gói.")
                )
            elif identifier not in done:
                done.add(identifier)
                lessons += self.lessons(resource, title)
        if self.links:
            lessons.append(BankLesson("Liên kết", "\n".join(f"- {link}" for link in self.links)))
        self.leftovers()
        title = self.title() or self.name or "Khóa học"
        return Bank(
            title, tuple(_joined(lessons)), self.markup.media.files, tuple(self.skipped), self.markup.told()
        )

    def title(self) -> str:
        metadata = next((one for one in self.root if local(one) == "metadata"), None)
        title = first(metadata, "title") if metadata is not None else None
        return said(title) if title is not None else ""

    def found(self) -> Iterator[_Resource]:
        base = posixpath.dirname(self.manifest)
        for one in below(self.root, "resource"):
            hrefs = [one.get("href") or "", *(file.get("href") or "" for file in below(one, "file"))]
            paths = [posixpath.normpath(posixpath.join(base, unquote(href))) for href in hrefs if href]
            needs = [need.get("identifierref") or "" for need in below(one, "dependency")]
            yield _Resource(
                one.get("identifier") or f"?{one.sourceline}",
                one.get("type") or "",
                tuple(dict.fromkeys(path for path in paths if path in self.files)),
                tuple(needs),
                one.sourceline or 0,
            )

    def organised(self) -> Iterator[tuple[str, str, int]]:
        """Title and resource of each entry of the table of contents; titles of its chapters are told of."""
        for item in below(self.root, "item"):
            title = next((said(one) for one in item if local(one) == "title"), "")
            if item.get("identifierref"):
                yield title, item.get("identifierref") or "", item.sourceline or 0
            elif title:
                self.markup.said(f"Tên chương “{title}” không đưa vào: mỗi trang là một bài.")

    def lessons(self, resource: _Resource, title: str) -> list[BankLesson]:
        kind = resource.kind.casefold()
        if "imsqti" in kind:
            return self.quiz(resource, title)
        if kind.startswith("imswl"):
            self.web_link(resource, title)
        elif kind.startswith("imsdt"):
            self.skip(resource, title, "Diễn đàn thảo luận không phải bài học.")
        elif kind.startswith("imsbasiclti"):
            self.skip(resource, title, "Công cụ ngoài (LTI) không nhập.")
        elif kind == "webcontent" and resource.paths and resource.paths[0].lower().endswith(PAGES):
            return [self.page(resource, title)]
        elif kind != "webcontent":
            self.skip(resource, title, "Phần này là của riêng hệ thống cũ, không nhập.")
        elif title:
            self.skip(resource, title, "Tệp đính kèm không phải trang bài học, không nhập.")
        return []

    def skip(self, resource: _Resource, title: str, reason: str) -> None:
        self.used.update(resource.paths)
        self.skipped.append(
            Skipped(
                resource.line, " · ".join(filter(None, [title, *map(self.words, resource.paths)])), reason
            )
        )

    def words(self, path: str) -> str:
        """What a file says, where it is text; else its name."""
        if not path.lower().endswith((*PAGES, ".xml")):
            return path
        plain = texts.decode(self.files[path])
        # The end of one text and the beginning of the next stay two words.
        apart = re.sub(r"(?<=>)", " ", plain or "")
        return words(re.sub(r"<\?[^<>]*\?>", "", words(apart))) or path

    def page(self, resource: _Resource, title: str) -> BankLesson:
        path = resource.paths[0]
        self.used.add(path)
        source = texts.decode(self.files[path])
        if source is None:
            source = self.files[path].decode("utf-8", errors="replace")
        head = _TITLE.search(source)
        body = parsed(_TITLE.sub("", _PROLOG.sub("", source)))
        title = title or (words(head[1]) if head else "") or PurePosixPath(path).stem
        top = next((one for one in body.iter("h1")), None)
        if top is not None and " ".join("".join(top.itertext()).split()) == title:
            top.drop_tree()  # the title of the lesson already
        body_text = self.markup_at(path).blocks(body, headings=True)
        if not body_text:
            self.markup.said(f"Trang “{title}” trống.")
        return BankLesson(
            title,
            body_text or "…",
            line=resource.line,
            key=resource.identifier.removeprefix(LESSON) if resource.identifier[0] != "?" else "",
        )

    def markup_at(self, path: str) -> Markup:
        base = posixpath.dirname(path)

        def find(address: str) -> bytes | None:
            plain = unquote(address.partition("?")[0].partition("#")[0])
            places = [posixpath.join(base, plain)]
            for mark in ("$IMS-CC-FILEBASE$", "$IMS_CC_FILEBASE$"):
                if plain.startswith(mark):
                    rest = plain.removeprefix(mark).lstrip("/")
                    places = [
                        posixpath.join(posixpath.dirname(self.manifest), folder, rest)
                        for folder in ("web_resources", "")
                    ]
            for place in map(posixpath.normpath, places):
                if place in self.files:
                    self.used.add(place)
                    return self.files[place]
            return None

        return Markup(media=self.markup.media, find=find, warnings=self.markup.warnings)

    def quiz(self, resource: _Resource, title: str) -> list[BankLesson]:
        related = [resource, *(self.resources[need] for need in resource.needs if need in self.resources)]
        paths = [path for one in related for path in one.paths]
        self.used.update(paths)
        whole = [path for path in paths if "non_cc_assessments/" in path]
        made = []
        for path in whole or [path for path in resource.paths if path.lower().endswith((".xml", ".qti"))]:
            try:
                root = parse_xml(self.files[path], path)
            except UnreadableError as error:
                self.skipped.append(Skipped(resource.line, title or path, str(error)))
                continue
            for named, questions in qti12.read(root, self.markup_at(path), self.skipped):
                made.append(
                    BankLesson(
                        title or named or self.name or "Câu hỏi",
                        questions=tuple(questions),
                        line=resource.line,
                    )
                )
        return [one for one in made if one.questions]

    def web_link(self, resource: _Resource, title: str) -> None:
        for path in resource.paths:
            self.used.add(path)
            try:
                root = parse_xml(self.files[path], path)
            except UnreadableError as error:
                self.skipped.append(Skipped(resource.line, title or path, str(error)))
                continue
            url = first(root, "url")
            address = (url.get("href") or "").strip() if url is not None else ""
            named = first(root, "title")
            shown_title = title or (said(named) if named is not None else "") or address
            if re.fullmatch(r"https://[^\s<>()\"\\]{1,2000}", address):
                self.links.append(f"[{escaped(shown_title)}]({address})")
            else:
                self.skipped.append(
                    Skipped(resource.line, f"{shown_title} · {address}", "Liên kết không phải https.")
                )

    def leftovers(self) -> None:
        """Files that nothing of the above has used: pictures no page shows, documents, settings of the old system."""
        for path in self.files:
            if path not in self.used and path != self.manifest:
                self.skipped.append(
                    Skipped(0, path, "Tệp trong gói mà không bài nào dùng, hoặc không phải bài học.")
                )


_PROLOG = re.compile(r"<!DOCTYPE[^<>]*>|<\?[^<>]*>", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)</title>", re.IGNORECASE)


def _joined(lessons: list[BankLesson]) -> Iterator[BankLesson]:
    """A page and the quiz of the same name that follows it are one lesson."""
    held: BankLesson | None = None
    for lesson in lessons:
        if held and held.body and not held.questions and not lesson.body and lesson.title == held.title:
            held = replace(held, questions=lesson.questions)
        else:
            if held:
                yield held
            held = lesson
    if held:
        yield held
