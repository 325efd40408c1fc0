"""What a change means for learners and where the two versions differ, as review and the history show it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from learning.content import differences, redline
from learning.content.differences import Difference, PageDifference, QuestionDifference
from learning.content.redline import Gap, Piece
from learning.library.consequences import Meaning
from learning.library.models import DraftRow
from learning.studio import checks
from learning.studio.places import source, with_media
from learning.web.i18n import gettext as _


@dataclass(frozen=True)
class QuestionView:
    """`tag`: what its change means; `address`: where a word can be said about it."""

    became: str
    title: str
    tag: tuple[str, str]
    facts: tuple[differences.Fact, ...]
    address: str


@dataclass(frozen=True)
class PageView:
    became: str
    title: str
    path: str
    tags: list[tuple[str, str]]
    facts: tuple[differences.Fact, ...]
    pieces: list[Piece | Gap]
    questions: list[QuestionView]
    address: str


def consequences(what: Meaning, *, published: bool = False) -> list[tuple[str, str]]:
    """What the change means for learners: (words, kind). Nothing is left to choose where it is `published`."""
    if what.first:
        return [(_("Khóa học mới: chưa ai học, mọi câu hỏi đều là câu mới."), "")]
    counted: Counter[str] = Counter(change.what for change in what.questions)
    said = {
        "key": _("%(n)s câu đổi đáp án.", n=counted["key"])
        if published
        else _("%(n)s câu đổi đáp án: phải chọn cách xử lý những bài đã làm.", n=counted["key"]),
        "added": _("%(n)s câu hỏi mới; thống kê bắt đầu từ đầu.", n=counted["added"]),
        "removed": _("%(n)s câu bỏ đi; câu trả lời cũ vẫn giữ.", n=counted["removed"]),
        "options": _(
            "%(n)s câu thêm hay bớt phương án: điểm đã có giữ nguyên, thống kê tách ra.", n=counted["options"]
        ),
        "points": _("%(n)s câu đổi điểm: chỉ tính cho lượt làm mới.", n=counted["points"]),
        "wording": _("%(n)s câu sửa lời: điểm giữ nguyên, thống kê tách theo bản.", n=counted["wording"]),
        "comment": _(
            "%(n)s câu sửa phản hồi, giải thích: người đã làm xem lại sẽ thấy lời mới.", n=counted["comment"]
        ),
    }
    lines = [(words, "bad" if key == "key" else "") for key, words in said.items() if counted[key]]
    if again := len(what.read_again):
        lines.append((_("%(n)s bài sửa nhiều: người đã học thấy ghi “đã cập nhật”.", n=again), ""))
    minor = sum(touch.what == "minor" for touch in what.pages)
    if minor:
        lines.append((_("%(n)s bài sửa ít: vẫn tính là đã học.", n=minor), ""))
    if what.rules:
        lines.append((_("Quy định học hay làm bài thay đổi: áp dụng cho lượt mới."), ""))
    if what.nothing:
        lines.append((_("Nội dung không khác bản đang dùng."), ""))
    return lines


def page_views(found: Difference, what: Meaning | None, draft: DraftRow | None = None) -> list[PageView]:
    means = {change.question: change.what for change in what.questions} if what else {}
    touched = {touch.path: touch.what for touch in what.pages} if what else {}
    return [_page_view(one, means, touched.get(one.path, ""), draft) for one in found.pages]


def _page_view(one: PageDifference, means: Mapping[str, str], touch: str, draft: DraftRow | None) -> PageView:
    tags = [
        {"added": (_("bài mới"), "good"), "removed": (_("bỏ bài"), "bad"), "changed": (_("có sửa"), "")}[
            one.became
        ]
    ]
    if one.moved:
        tags.append((_("đổi chỗ"), ""))
    if touch == "major":
        tags.append((_("sửa nhiều"), "gold"))
    return PageView(
        one.became,
        one.title,
        one.path,
        tags,
        one.facts,
        shortened(draft, one.prose),
        [_question_view(question, means.get(question.id, ""), one, draft) for question in one.questions],
        source(draft, one.path) if draft and one.became != "removed" else "",
    )


def _question_view(
    one: QuestionDifference, means: str, page: PageDifference, draft: DraftRow | None
) -> QuestionView:
    tag = {
        "added": (_("câu mới"), "good"),
        "removed": (_("bỏ câu này"), "bad"),
        "kind": (_("đổi loại"), "bad"),
        "key": (_("đổi đáp án"), "bad"),
        "options": (_("thêm, bớt phương án"), "gold"),
        "points": (_("đổi điểm"), "gold"),
        "wording": (_("sửa lời"), ""),
        "comment": (_("sửa phản hồi, giải thích"), ""),
    }.get(means or one.became, (_("có sửa"), ""))
    at = (
        source(draft, page.path, _line_of(draft, page.path, one.id))
        if draft and one.became != "removed"
        else ""
    )
    return QuestionView(one.became, one.title, tag, one.facts, at)


def _line_of(draft: DraftRow, path: str, id_: str) -> int:
    course = checks.checked(draft).course
    every = (*course.pages, *([course.exam] if course.exam else [])) if course else ()
    found = next((page for page in every if page.path == path and page.quiz), None)
    lines = {question.id: question.line for question in found.quiz.questions} if found and found.quiz else {}
    return lines.get(id_, 0)


def shortened(draft: DraftRow | None, pieces: Iterable[Piece]) -> list[Piece | Gap]:
    shown = list(redline.shortened(list(pieces)))
    if draft is None:
        return shown
    return [one if isinstance(one, Gap) else Piece(one.state, with_media(draft, one.html)) for one in shown]
