"""What is asked, and what may be answered, in words: the same for who answers and who reads the counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from learning.evaluation.answers import OBSTACLES, REASONS, SCALES, STEPS, Typed
from learning.vietnamese import formats
from learning.web.i18n import gettext as _


@dataclass(frozen=True)
class Scale:
    """A closed question; `steps` are words for 1, 2, … 5."""

    name: str
    question: str
    steps: tuple[str, ...]

    @property
    def choices(self) -> list[tuple[int, str]]:
        return list(zip(STEPS, self.steps, strict=True))


def scales() -> list[Scale]:
    said = {
        "useful": (
            _("Nội dung có ích cho công việc của đồng chí không?"),
            (_("Không có ích"), _("Ít có ích"), _("Có ích một phần"), _("Có ích"), _("Rất có ích")),
        ),
        "clear": (
            _("Các bài có dễ hiểu không?"),
            (_("Rất khó hiểu"), _("Khó hiểu"), _("Tạm hiểu được"), _("Dễ hiểu"), _("Rất dễ hiểu")),
        ),
        "length": (
            _("Độ dài của khóa học thế nào?"),
            (_("Quá ngắn"), _("Hơi ngắn"), _("Vừa phải"), _("Hơi dài"), _("Quá dài")),
        ),
        "recommend": (
            _("Đồng chí có khuyên đồng nghiệp học khóa này không?"),
            (_("Chắc chắn không"), _("Có lẽ không"), _("Chưa chắc"), _("Có lẽ có"), _("Chắc chắn có")),
        ),
    }
    return [Scale(name, *said[name]) for name in SCALES]


def ratings() -> list[tuple[int, str]]:
    """What a lesson may be found, from 1 to 5."""
    words = (_("Rất chưa tốt"), _("Chưa tốt"), _("Tạm được"), _("Tốt"), _("Rất tốt"))
    return list(zip(STEPS, words, strict=True))


def reasons() -> list[tuple[str, str]]:
    """What a course may lack."""
    said = {
        "examples": _("Ví dụ, tình huống thực tế ở xã"),
        "forms": _("Biểu mẫu, văn bản mẫu"),
        "practice": _("Thực hành có người hướng dẫn"),
        "law": _("Quy định mới, căn cứ pháp lý"),
        "software": _("Hướng dẫn dùng phần mềm"),
        "basics": _("Kiến thức nền để theo được bài"),
        "time": _("Thời gian để học"),
    }
    return [(name, said[name]) for name in REASONS]


def used(manager: bool = False) -> list[tuple[str, str]]:
    """Whether what was learnt is applied."""
    said = [
        ("often", _("Có, thường xuyên")),
        ("sometimes", _("Có, đôi khi")),
        ("not_yet", _("Chưa áp dụng được")),
    ]
    return [*said, ("unseen", _("Chưa có dịp theo dõi"))] if manager else said


def obstacles() -> list[tuple[str, str]]:
    """Why it is not applied yet."""
    said = {
        "no_occasion": _("Chưa có việc để áp dụng"),
        "no_time": _("Chưa sắp xếp được thời gian"),
        "no_means": _("Thiếu phương tiện, phần mềm, biểu mẫu"),
        "no_support": _("Chưa được giao việc hoặc chưa được tạo điều kiện"),
        "not_enough": _("Học xong vẫn chưa đủ để tự làm"),
        "changed": _("Quy định đã thay đổi"),
        "other": _("Lý do khác"),
    }
    return [(name, said[name]) for name in OBSTACLES]


def errors(typed: Typed, longest: int) -> Mapping[str, str]:
    """Field → what is wrong with it, in words. `longest`: letters that its text may have."""
    return {name: _error(name, what, longest) for name, what in typed.wrong.items()}


def summary(said: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """For the list over a form: (what is wrong, where); of several questions each is named."""
    asked = {scale.name: f"{scale.question} " for scale in scales()}
    return [(asked.get(name, "") + message, f"#{name}") for name, message in said.items()]


def _error(name: str, what: str, longest: int) -> str:
    if what == "long":
        return _("Ý kiến dài quá %(most)s ký tự: hãy viết gọn lại.", most=formats.number(longest))
    if name == "reason":
        return _("Hãy chọn một lý do chưa áp dụng được.")
    return _("Hãy chọn một câu trả lời.")
