"""What is said to people about answers: reason codes of grading and attempts in words, for page and API alike."""

from decimal import Decimal

from markupsafe import Markup

from learning.quizzes.figures import FEWEST
from learning.quizzes.flags import HARD, Flag
from learning.quizzes.items import Earlier
from learning.vietnamese import formats
from learning.web.context import zone
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext


def ask_again(reason: str) -> str:
    """Why an answer is asked again (`AskedItem.reason`)."""
    if reason == "diacritics":
        return _("Gần đúng, hãy nhập lại có dấu.")
    return _("Chưa rõ dấu chấm là hàng nghìn hay thập phân. Hãy viết 1.500 hoặc 1,5.")


def times_over(factor: Decimal) -> str:
    """How much time somebody has for what is timed."""
    if factor == 1:
        return _("Như mọi người")
    return _("Gấp %(times)s lần", times=formats.number(factor))


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


def flag(flag: Flag) -> str:
    """What asks for a second look at a question, and what to do about it."""
    options = ", ".join(f"“{plain(html)}”" for html in flag.options)
    match flag.kind:
        case "key":
            return _(
                "Phần ba điểm cao chọn %(option)s nhiều hơn đáp án (%(n)s trên %(of)s lượt): đáp án có thể nhầm.",
                option=options,
                n=formats.number(flag.count),
                of=formats.number(flag.of),
            )
        case "negative":
            return _("Người giỏi trả lời sai nhiều hơn người yếu: xem lại đáp án.")
        case "popular":
            return _(
                "Một phương án sai được chọn nhiều hơn đáp án: %(option)s (%(n)s trên %(of)s lượt).",
                option=options,
                n=formats.number(flag.count),
                of=formats.number(flag.of),
            )
        case "guessing":
            return _("Kết quả chỉ ngang chọn bừa: bài học chưa dạy điều này, hoặc cách hỏi chưa rõ.")
        case "hard":
            return _(
                "Câu khó, chưa được %(hard)s số điểm: xem lại bài học hoặc cách hỏi.",
                hard=formats.percent(HARD),
            )
        case "weak":
            return _("Người nắm vững và chưa nắm vững trả lời gần như nhau: câu này chưa phân biệt được ai.")
        case "unused":
            return ngettext(
                "Không ai chọn %(options)s: thay bằng một nhầm lẫn hay gặp.",
                "Không ai chọn %(options)s: thay bằng những nhầm lẫn hay gặp.",
                len(flag.options),
                options=options,
            )
        case "easy":
            return _("Gần như ai cũng đúng: câu này còn hỏi được gì không?")


def plain(html: str, most: int = 60) -> str:
    """The words of an option, short enough to stand in a sentence."""
    text = str(Markup(html).striptags())  # noqa: S704  (only its text is kept)
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]}…"
