"""A new course from a file, which is first read for a look: what is recognised, and what must be left behind."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from learning.accounts.visitors import roles, visitor
from learning.content import pictures, recordings
from learning.content.exchange import archives, formats, writing
from learning.content.exchange.bank import Bank, BankLesson, BankQuestion, Skipped, UnreadableError
from learning.content.model import Source
from learning.library import beginnings, history, layout
from learning.library import sources as registry
from learning.library.models import DraftRow, FieldRow, LegalSource
from learning.library.refusals import DraftRefused, TooLarge
from learning.studio import beginning, drafting, uploads
from learning.studio.beginning import Going
from learning.studio.desk import DEPARTMENT, blueprint
from learning.studio.forms import ImportForm, SourceForm, slug_of
from learning.studio.media import prepared, refusal
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext
from learning.web.security import whole

PIXELS_MOST = 600_000_000  # of all pictures of a file: some fifty photographs
SHOWN = 200  # lines of a report


@dataclass(frozen=True)
class LessonLine:
    """A lesson as it was recognised; without `text` a part of the exam. `questions`: (stem, key in words, line)."""

    number: int
    title: str
    words: str
    text: bool
    questions: tuple[tuple[str, str, int], ...]
    joined: bool


@blueprint.route("/new/file", methods=["GET", "POST"])
@roles(*DEPARTMENT)
def new_from_file() -> ResponseReturnValue:
    """Reads the file and shows what was recognised; nothing is made of it yet."""
    form = SourceForm()
    form.kind.choices = [("", _("Tự nhận ra"))] + [
        (one.name, one.title) for one in formats.FORMATS.values() if one.reads
    ]
    if not form.is_submitted():
        return render_template("studio/new_file.html", form=form)
    if not beginning.fields():
        abort(404)
    given = request.files.get("file")
    if not form.validate() or given is None or not given.filename:
        form.file.errors = [_("Hãy chọn một tệp.")]
        return render_template("studio/new_file.html", form=form), 422
    data = given.read()
    kind = str(form.kind.data or "") or guessed(given.filename, data)
    try:
        bank = formats.read(kind, data, name=given.filename)
    except (KeyError, UnreadableError) as error:
        form.file.errors = [
            str(error)
            if isinstance(error, UnreadableError)
            else _("Không rõ đây là loại tệp gì. Tệp .doc cũ: mở bằng Word rồi lưu thành .docx.")
        ]
        return render_template("studio/new_file.html", form=form), 422
    token = uploads.keep(given.filename, kind, data)
    target = ImportForm(formdata=None)
    target.field.choices = beginning.fields()
    target.title.data, target.slug.data = bank.title, slug_of(bank.title)
    return _look(bank, target, token, frozenset(), {})


@blueprint.post("/new/file/draft")
@roles(*DEPARTMENT)
def new_draft_from_file() -> ResponseReturnValue:
    """The deed: the file that was looked at, with the titles and joins that were asked for."""
    if not beginning.fields():
        abort(404)
    token = request.form.get("token", "")
    kept = uploads.kept(token)
    if kept is None:
        flash(_("Tệp đã quá hạn giữ hoặc đã thành bản nháp. Hãy chọn lại tệp."), "bad")
        return redirect(url_for("studio.new_from_file"), 303)
    form = beginning.addressed(ImportForm())
    name, kind, data = kept
    bank = formats.read(kind, data, name=name)
    joins = frozenset(request.form.getlist("join", type=whole))
    titles = {
        number: " ".join(title.replace("\0", "").split())[:200]
        for number in range(len(bank.lessons))
        if (title := request.form.get(f"title-{number}", ""))
    }
    if not form.validate():
        return _look(bank, form, token, joins, titles)
    try:
        made, lost = _draft(adjusted(bank, joins, titles), form, name)
    except DraftRefused as refused:
        going = beginning.explain(form, refused)
        return _look(bank, form, token, joins, titles, going)
    uploads.forget(token)
    flash(_("Đã tạo bản nháp. Còn gì phải sửa thì trang này chỉ từng chỗ."), "good")
    for one in lost[:5]:
        flash(f"{one.what}: {one.reason}", "bad")
    return drafting.back(made)


def guessed(name: str, data: bytes) -> str:
    """What kind of file it is, by its name and what stands in it; "" where nobody knows."""
    suffix = name.rpartition(".")[2].lower()
    if archives.is_zip(data):
        if b"word/document.xml" in data:
            return "docx"
        if b"imsmanifest.xml" in data:
            return "common-cartridge" if suffix == "imscc" or _is_cartridge(data) else "qti"
        return "markdown-zip"
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return "moodle-xml" if b"<quiz" in data[:4096] else "qti"
    if suffix in ("txt", "gift", "aiken"):
        aiken = re.search(rb"(?m)^ANSWER\s*:", data) is not None
        return "aiken" if suffix == "aiken" or (suffix == "txt" and aiken) else "gift"
    return ""


def _is_cartridge(data: bytes) -> bool:
    with suppress(UnreadableError):
        manifest = next(
            (text for path, text in archives.read_zip(data).items() if path.endswith("imsmanifest.xml")), b""
        )
        return b"imsccv" in manifest or b"IMS Common Cartridge" in manifest
    return False


def adjusted(bank: Bank, joins: frozenset[int], titles: Mapping[int, str]) -> Bank:
    """The bank with its lessons named and joined to the one before, as the author chose."""
    if bank.files:
        return bank
    lessons: list[BankLesson] = []
    for number, lesson in enumerate(bank.lessons):
        # Questions may join a lesson; a text cannot join questions of the exam.
        if number in joins and lessons and (lessons[-1].body or not lesson.body):
            lessons[-1] = _joined(lessons[-1], lesson)
        else:
            lessons.append(replace(lesson, title=titles.get(number) or lesson.title))
    return replace(bank, lessons=tuple(lessons))


def _joined(one: BankLesson, other: BankLesson) -> BankLesson:
    heading = f"\n\n## {other.title}\n\n" if other.body and other.title else ""
    return replace(
        one,
        body=f"{one.body}{heading}{other.body}".strip() if one.body or other.body else "",
        questions=(*one.questions, *other.questions),
        citations=tuple(dict.fromkeys((*one.citations, *other.citations))),
    )


def _draft(bank: Bank, form: ImportForm, name: str) -> tuple[DraftRow, list[Skipped]]:
    """The draft, and pictures that could not come along."""
    course_id = form.course_id
    field, _slash, slug = course_id.partition("/")
    known = {
        row.key: Source(**{key: getattr(row, key) for key in Source.__struct_fields__})
        for row in db().scalars(select(LegalSource))
    }
    owner = db().get_one(FieldRow, field).owner
    bank = replace(bank, title=str(form.title.data))
    ids = history.claimed(db(), course_id)
    written = writing.draft_course(
        bank, owner=owner, today=today(), field=field, slug=slug, known=known, ids=ids
    )
    files, lost = with_small_pictures(written.files)
    for source in written.sources.values():
        registry.put(db(), now(), source, person_id=visitor().id)
    made = beginnings.from_files(
        db(), now(), course_id, files, person_id=visitor().id, name=name, foreign=bool(bank.files)
    )
    return made, lost


def with_small_pictures(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Skipped]]:
    """The files with every picture and recording made fit for phones, and its pages saying its new name.

    Raises TooLarge for more files than a course may have.
    """
    if len(files) > layout.FILES_MOST:
        raise TooLarge(len(files))
    left = PIXELS_MOST
    kept: dict[str, bytes] = {}
    renamed: dict[str, str] = {}
    lost = []
    for path, data in files.items():
        if path.endswith(".md"):
            kept[path] = data
            continue
        left -= 0 if recordings.is_sound(data) else pictures.pixels(data)
        if left < 0:
            lost.append(Skipped(0, path, _("Tệp có quá nhiều ảnh lớn. Hãy tải ảnh này lên riêng.")))
            continue
        try:
            made = prepared(data)
        except (pictures.PictureRefused, recordings.RecordingRefused) as refused:
            lost.append(Skipped(0, path, refusal(refused)))
            continue
        as_it_is = made.data == data and path.startswith("audio/")
        renamed[path] = path if as_it_is else made.path(path)
        kept[renamed[path]] = made.data
    for path, data in kept.items():
        if path.endswith(".md"):
            for old, new in renamed.items():
                data = data.replace(f"({old})".encode(), f"({new})".encode())  # noqa: PLW2901
            kept[path] = data
    return kept, lost


def _look(
    bank: Bank,
    form: ImportForm,
    token: str,
    joins: frozenset[int],
    titles: Mapping[int, str],
    going: Going | None = None,
) -> ResponseReturnValue:
    """What was recognised and what was not, before anything is made of it."""
    lessons = [
        LessonLine(
            number,
            titles.get(number, lesson.title),
            _lesson_words(lesson),
            bool(lesson.body),
            tuple((_stem(one), _key(one), one.line) for one in lesson.questions),
            number in joins,
        )
        for number, lesson in enumerate(bank.lessons)
    ]
    page = render_template(
        "studio/import.html",
        form=form,
        going=going,
        token=token,
        title=bank.title,
        lessons=lessons,
        count=sum(len(lesson.questions) for lesson in bank.lessons),
        texts=sum(bool(lesson.body) for lesson in bank.lessons),
        recognised=_recognised(bank),
        whole=bool(bank.files),
        skipped=bank.skipped[:SHOWN],
        more=max(0, len(bank.skipped) - SHOWN),
        warnings=bank.warnings[:SHOWN],
    )
    return page, 422 if form.errors or form.slug.errors else 200


def _recognised(bank: Bank) -> str:
    """How much, in words; of what there is none, nothing is said."""
    texts = sum(bool(lesson.body) for lesson in bank.lessons)
    questions = sum(len(lesson.questions) for lesson in bank.lessons)
    parts = [
        *([ngettext("%(num)d bài", "%(num)d bài", texts)] if texts else []),
        *([ngettext("%(num)d câu hỏi", "%(num)d câu hỏi", questions)] if questions else []),
        *([ngettext("%(num)d ảnh", "%(num)d ảnh", len(bank.media))] if bank.media else []),
    ]
    return ", ".join(parts) or _("không bài, không câu hỏi nào")


def _lesson_words(lesson: BankLesson) -> str:
    parts = []
    if lesson.body:
        words = len(lesson.body.split())
        parts.append(ngettext("%(num)d chữ", "%(num)d chữ", words))
    if lesson.questions:
        parts.append(ngettext("%(num)d câu hỏi", "%(num)d câu hỏi", len(lesson.questions)))
    return " · ".join(parts)


def _stem(question: BankQuestion) -> str:
    words = " ".join((question.stem or question.title).split())
    return words if len(words) <= 160 else words[:159] + "…"


def _key(question: BankQuestion) -> str:
    """The right answer in words, to be held against the source."""
    match question.kind:
        case "single" | "multiple":
            right = [
                f"{chr(ord('A') + at % 26)}. {option.text}"
                for at, option in enumerate(question.options)
                if option.right
            ]
            words = "; ".join(right) or _("chưa có đáp án")
        case "true-false":
            words = (
                _("chưa có đáp án") if question.answer is None else _("Đúng") if question.answer else _("Sai")
            )
        case "text":
            words = " | ".join(question.accepted)
        case "match":
            words = "; ".join(f"{left} → {right}" for left, right in question.pairs if left)
        case "order":
            words = " → ".join(question.items)
        case "number":
            words = " .. ".join(dict.fromkeys(str(one) for one in question.number or ()))
        case _:
            words = "; ".join(
                f"({gap.key}) "
                + (" | ".join(gap.accepted) or "; ".join(o.text for o in gap.options if o.right))
                for gap in question.gaps
            )
    words = " ".join(words.split())
    return words if len(words) <= 160 else words[:159] + "…"
