"""IMS Common Cartridge 1.1 to 1.3 in, 1.3 out: pages of HTML as lessons, quizzes and question banks in QTI 1.2.

Canvas puts the whole of a quiz beside the cartridge's poorer copy (`non_cc_assessments`); that one is read where it is
there. Discussions, tools and attachments are in `skipped`.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from learning.content import text as texts
from learning.content.exchange import qti12
from learning.content.exchange.archives import is_zip, parse_xml, read_zip
from learning.content.exchange.bank import Bank, BankLesson, BankQuestion, Skipped, UnreadableError
from learning.content.exchange.elements import parsed, words
from learning.content.exchange.escaping import escaped
from learning.content.exchange.markup import Markup
from learning.content.exchange.markup_writing import Page
from learning.content.exchange.packing import checked, text, zipped
from learning.content.exchange.qti_names import AUTO, below, first, local, said
from learning.content.exchange.shapes import Losses, shown

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
        return BankLesson(title, body_text or "…", line=resource.line)

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
        for path in (whole or [path for path in resource.paths if path.lower().endswith((".xml", ".qti"))])[
            :1
        ]:
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


# --- Out

CP = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PROFILES = {
    "single": "cc.multiple_choice.v0p1",
    "multiple": "cc.multiple_response.v0p1",
    "true-false": "cc.true_false.v0p1",
    "text": "cc.fib.v0p1",
}
_NO_KIND = "Common Cartridge không có loại câu này (chỉ có chọn một, chọn nhiều, đúng/sai, trả lời ngắn)."


def write(bank: Bank) -> tuple[bytes, tuple[Skipped, ...]]:
    """Lessons as pages and questions as quizzes of a Common Cartridge 1.3, and what it cannot carry."""
    return _Writer(bank).write()


class _Writer:
    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.losses = Losses()
        self.page = Page({path: f"../{quote(path)}" for path in bank.media})
        self.count = 0

    def write(self) -> tuple[bytes, tuple[Skipped, ...]]:
        self.losses.of_bank(self.bank, lessons=True)
        files: dict[str, bytes] = {}
        items, resources = [], []
        for number, lesson in enumerate(self.bank.lessons, 1):
            title = lesson.title or self.bank.title
            if lesson.body:
                path = f"lessons/lesson-{number}.html"
                files[path] = self.html(title, lesson).encode()
                items.append(_item(f"L{number}", title))
                resources.append(_resource(f"L{number}", "webcontent", path))
            quiz = self.quiz(f"Q{number}", title, lesson)
            if quiz:
                path = f"quizzes/quiz-{number}.xml"
                files[path] = checked(quiz)
                items.append(_item(f"Q{number}", title))
                resources.append(_resource(f"Q{number}", "imsqti_xmlv1p2/imscc_xmlv1p3/assessment", path))
        shown_files = b"".join(files.values()).decode()
        for number, (path, data) in enumerate(self.bank.media.items(), 1):
            if f"../{quote(path)}" in shown_files:
                files[path] = data
                resources.append(_resource(f"M{number}", "webcontent", path))
        manifest = (
            f'<manifest xmlns="{CP}" xmlns:lomimscc="{LOM}" identifier="manifest"><metadata>'
            "<schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion>"
            f'<lomimscc:lom><lomimscc:general><lomimscc:title><lomimscc:string language="{text(self.bank.language)}">'
            f"{text(self.bank.title)}</lomimscc:string></lomimscc:title></lomimscc:general></lomimscc:lom></metadata>"
            '<organizations><organization identifier="organization" structure="rooted-hierarchy">'
            f'<item identifier="root">'
            f"{''.join(items)}</item></organization></organizations><resources>{''.join(resources)}</resources></manifest>"
        )
        return zipped({MANIFEST: checked(manifest), **files}), self.losses.told()

    def html(self, title: str, lesson: BankLesson) -> str:
        return (
            f'<!DOCTYPE html>\n<html lang="{text(self.bank.language)}"><head><meta charset="utf-8"/>'
            f"<title>{text(title)}</title></head><body>{self.page.body(lesson.body)}</body></html>\n"
        )

    def quiz(self, name: str, title: str, lesson: BankLesson) -> str:
        items = "".join(self.item(question) for question in lesson.questions)
        if not items:
            return ""
        return (
            f'<questestinterop xmlns="{QTI}"><assessment ident="{name}" title="{text(title)}"><qtimetadata>'
            f"{_field('cc_profile', 'cc.exam.v0p1')}{_field('qmd_assessmenttype', 'Examination')}</qtimetadata>"
            f'<section ident="root_section">{items}</section></assessment></questestinterop>'
        )

    def item(self, question: BankQuestion) -> str:
        profile = _PROFILES.get(question.kind)
        if profile is None:
            self.losses.add(question, _NO_KIND)
            return ""
        for held, what in (
            (question.hints, "gợi ý"),
            (question.tags, "thẻ"),
            (question.shuffle is not None, "“Trộn”"),
        ):
            if held:
                self.losses.add(question, f"Common Cartridge không có {what} của câu hỏi.")
        self.count += 1
        ident = question.key or f"{AUTO}{self.count}"
        answer, feedbacks = self.typed(question) if question.kind == "text" else self.chosen(question)
        if question.explanation:
            feedbacks["general_fb"] = question.explanation
        told = "".join(
            f'<itemfeedback ident="{name}"><flow_mat>{_material(self.page.block(said_text))}</flow_mat></itemfeedback>'
            for name, said_text in feedbacks.items()
        )
        general = (
            '<respcondition continue="Yes"><conditionvar><other/></conditionvar>'
            '<displayfeedback feedbacktype="Response" linkrefid="general_fb"/></respcondition>'
            if question.explanation
            else ""
        )
        presented, conditions = answer
        return (
            f'<item ident="{text(ident)}" title="{text(question.title or shown(question))}"><itemmetadata><qtimetadata>'
            f"{_field('cc_profile', profile)}{_field('cc_weighting', f'{question.points:f}')}"
            "</qtimetadata></itemmetadata>"
            f"<presentation>{_material(self.page.block(question.stem))}{presented}</presentation>"
            '<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
            f"{general}{conditions}</resprocessing>{told}</item>"
        )

    def chosen(self, question: BankQuestion) -> tuple[tuple[str, str], dict[str, str]]:
        if question.kind == "true-false":
            names = ("True", "False") if self.bank.language == "en" else ("Đúng", "Sai")
            options = [
                (names[0], question.answer is True, question.feedback),
                (names[1], question.answer is False, question.feedback),
            ]
        else:
            options = [(one.text, one.right, one.feedback) for one in question.options]
        cardinality = "Multiple" if question.kind == "multiple" else "Single"
        labels = "".join(
            f'<response_label ident="A{n}">{_material(self.page.leaf(option))}</response_label>'
            for n, (option, _, _) in enumerate(options, 1)
        )
        feedbacks = {f"A{n}_fb": told for n, (_, _, told) in enumerate(options, 1) if told}
        conditions = "".join(
            f'<respcondition continue="Yes"><conditionvar>{_equal(f"A{n}")}</conditionvar>'
            f'<displayfeedback feedbacktype="Response" linkrefid="A{n}_fb"/></respcondition>'
            for n in range(1, len(options) + 1)
            if f"A{n}_fb" in feedbacks
        )
        right = [_equal(f"A{n}") for n, (_, is_right, _) in enumerate(options, 1) if is_right]
        if question.kind == "multiple":
            wrong = [
                f"<not>{_equal(f'A{n}')}</not>"
                for n, (_, is_right, _) in enumerate(options, 1)
                if not is_right
            ]
            variables = f"<and>{''.join([*right, *wrong])}</and>"
        else:
            variables = "".join(right)
        conditions += _scored(variables)
        presented = (
            f'<response_lid ident="response1" rcardinality="{cardinality}"><render_choice>{labels}'
            "</render_choice></response_lid>"
        )
        return (presented, conditions), feedbacks

    def typed(self, question: BankQuestion) -> tuple[tuple[str, str], dict[str, str]]:
        link = (
            '<displayfeedback feedbacktype="Response" linkrefid="correct_fb"/>' if question.feedback else ""
        )
        conditions = _scored("".join(_equal(text(accepted)) for accepted in question.accepted), link)
        presented = (
            '<response_str ident="response1" rcardinality="Single"><render_fib><response_label ident="answer1"/>'
            "</render_fib></response_str>"
        )
        return (presented, conditions), {"correct_fb": question.feedback} if question.feedback else {}


def _item(name: str, title: str) -> str:
    return f'<item identifier="i-{name}" identifierref="{name}"><title>{text(title)}</title></item>'


def _resource(name: str, kind: str, path: str) -> str:
    href = text(quote(path))
    at = f' href="{href}"' if kind == "webcontent" else ""
    return f'<resource identifier="{name}" type="{kind}"{at}><file href="{href}"/></resource>'


def _field(label: str, entry: str) -> str:
    return f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{text(entry)}</fieldentry></qtimetadatafield>"


def _material(html: str) -> str:
    return f'<material><mattext texttype="text/html">{text(html)}</mattext></material>'


def _equal(value: str) -> str:
    return f'<varequal respident="response1">{value}</varequal>'


def _scored(variables: str, also: str = "") -> str:
    return (
        f'<respcondition continue="No"><conditionvar>{variables}</conditionvar>'
        f'<setvar action="Set" varname="SCORE">100</setvar>{also}</respcondition>'
    )
