"""What a learner is told where a key was corrected after they handed in: of each question, and of the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from learning.quizzes.corrections import HandedIn, Note
from learning.quizzes.models import Attempt
from learning.study.results import Item
from learning.vietnamese import formats
from learning.web.context import settings
from learning.web.i18n import gettext as _


def attempt(attempt: Attempt, before: HandedIn | None) -> str:
    """Of the whole attempt; "" where it counts as it was handed in."""
    if before is None:
        return ""
    words = _(
        "Bài này đã được chấm lại ngày %(day)s vì có đáp án được sửa. Lúc nộp bài: %(percent)s, %(verdict)s.",
        day=_day(before.regraded_at),
        percent=formats.percent(before.told.percent),
        verdict=_("đạt") if before.told.passed else _("chưa đạt"),
    )
    if before.told.passed and not attempt.passed:
        words += " " + _("Phần đồng chí đã hoàn thành vẫn được giữ; chấm lại không thu hồi giấy xác nhận.")
    return words


def items(items: Iterable[Item], notes: Sequence[Note]) -> list[Item]:
    """The items, each with what became of it."""
    told = {note.question: _item(note) for note in notes}
    return [replace(item, regraded=told.get(item.id, "")) for item in items]


def _item(note: Note) -> str:
    corrected = _(
        "Đáp án câu này đã được sửa ngày %(day)s, sau khi đồng chí làm bài.", day=_day(note.ordered_at)
    )
    return f"{corrected} {_consequence(note)}"


def _consequence(note: Note) -> str:
    match note.state:
        case "waiting":
            return _("Bài sẽ được chấm lại trong ít phút.")
        case "held":
            return _("Điểm của đồng chí chưa thay đổi: việc chấm lại đang chờ người thứ hai xem xét.")
        case "refused":
            return _("Điểm đồng chí đã đạt được giữ nguyên.")
        case "same":
            return " ".join((_rule(note), _("Điểm câu này của đồng chí không đổi.")))
    if note.choice == "drop" or note.before is None or note.after is None:
        return _rule(note)
    points = _(
        "Điểm câu này: %(before)s → %(after)s.",
        before=_points(note.before["score"]),
        after=_points(note.after["score"]),
    )
    return f"{_rule(note)} {points}"


def _rule(note: Note) -> str:
    return {
        "new": _("Câu được chấm theo đáp án mới."),
        "both": _("Đáp án cũ và đáp án mới đều được tính là đúng."),
        "full": _("Mọi người được trọn điểm câu này."),
        "drop": _("Câu này không tính vào điểm nữa."),
    }[note.choice]


def _points(score: float) -> str:
    return formats.number(score, 0 if score == int(score) else 2)


def _day(at: datetime) -> str:
    return formats.date(at.astimezone(settings().timezone).date())
