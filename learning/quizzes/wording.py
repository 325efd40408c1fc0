"""What is said to people about answers: reason codes of grading and attempts in words, for page and API alike."""

from learning.quizzes.items import FEWEST, Earlier
from learning.vietnamese import formats
from learning.web.context import zone
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext


def ask_again(reason: str) -> str:
    """Why an answer is asked again (`AskedItem.reason`)."""
    if reason == "diacritics":
        return _("Gần đúng, hãy nhập lại có dấu.")
    return _("Chưa rõ dấu chấm là hàng nghìn hay thập phân. Hãy viết 1.500 hoặc 1,5.")


def bad_answer(code: str) -> str:
    """What is wrong with an answer (`BadAnswer.code`)."""
    said = {
        "unknown_question": _("Bài làm không có câu hỏi này."),
        "unknown_option": _("Câu hỏi không có lựa chọn này."),
        "unknown_part": _("Câu hỏi không có phần này."),
        "repeated": _("Một lựa chọn được gửi hai lần."),
        "too_long": _("Câu trả lời quá dài. Hãy rút gọn."),
        "not_a_number": _("Câu trả lời không phải là số."),
        "wrong_type": _("Câu trả lời không đúng kiểu của câu hỏi."),
        "client_id": _("Mã gửi (client_id) phải là một UUID."),
        "seq": _("Số thứ tự (seq) phải là số nguyên không âm."),
    }
    return said[code]


def earlier(version: Earlier) -> str:
    """What a former version of a question did; no more than how often it was asked where that was not often."""
    words = {
        "day": formats.date(version.until.astimezone(zone()).date()),
        "times": ngettext("%(n)s lượt", "%(n)s lượt", version.attempts, n=formats.number(version.attempts)),
    }
    if version.attempts < FEWEST or version.facility is None:
        return _("Bản trước ngày %(day)s: %(times)s.", **words)
    return _(
        "Bản trước ngày %(day)s: %(times)s, điểm bình quân %(percent)s.",
        percent=formats.percent(version.facility),
        **words,
    )
