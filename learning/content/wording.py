"""What a course, page or question says of itself, in words: labels and values, bilingual as everywhere in `content`."""

from datetime import date
from decimal import Decimal

from learning.vietnamese import formats


class Words:
    """Labels and values in the reader's language."""

    def __init__(self, language: str) -> None:
        self.at = int(language == "en")

    def __call__(self, name: str) -> str:
        return WORDS[name][self.at] if name in WORDS else name

    def value(self, value: object) -> str:
        """A value of front matter as people write it; "" for none."""
        match value:
            case None | "" | ():
                return ""
            case bool():
                return self("yes" if value else "no")
            case date():
                return formats.date(value)
            case Decimal() | int():
                return formats.number(value)
            case str():
                return value
            case tuple():
                return "; ".join(map(str, value))
        return str(value)


WORDS: dict[str, tuple[str, str]] = {
    "address": ("Địa chỉ", "Address"),
    "all-or-nothing": ("đúng hết mới có điểm", "all or nothing"),
    "at-once": ("ngay khi trả lời", "at once"),
    "attempts": ("Số lượt làm bài", "Attempts"),
    "audience": ("Đối tượng", "Audience"),
    "after-submission": ("sau khi nộp bài", "after submission"),
    "certificate": ("Giấy xác nhận hoàn thành", "Certificate"),
    "checked_on": ("Ngày kiểm tra", "Checked on"),
    "choice": ("Lựa chọn", "Choice"),
    "completion": ("Điều kiện hoàn thành", "Completed by"),
    "content_group": ("Nhóm nội dung", "Content group"),
    "criterion": ("Tiêu chí", "Criterion"),
    "difficulty": ("Độ khó", "Difficulty"),
    "distractor": ("Vế thừa", "Distractor"),
    "draw": ("rút", "draw"),
    "effective_from": ("Hiệu lực từ", "Effective from"),
    "en": ("tiếng Anh", "English"),
    "ending": ("Kết thúc", "Ending"),
    "evidence": ("Minh chứng", "Evidence"),
    "evidence-file": ("tệp", "file"),
    "evidence-none": ("không", "none"),
    "evidence-photo": ("ảnh", "photo"),
    "exam": ("bài kiểm tra cuối khóa", "exam"),
    "explanation": ("Giải thích", "Explanation"),
    "failed": ("không đạt", "failed"),
    "false": ("Sai", "False"),
    "feedback": ("Phản hồi", "Feedback"),
    "from": ("lấy từ", "from"),
    "gap": ("Chỗ trống", "Gap"),
    "gaps": ("điền chỗ trống", "fill the gaps"),
    "hints": ("Gợi ý", "Hints"),
    "hours": ("Số tiết", "Hours"),
    "judged": ("Được chấm", "Marked"),
    "key": ("Đáp án", "Key"),
    "khoa_hoc_cong_nghe_ky_nang_so": (
        "Khoa học, công nghệ, kỹ năng số",
        "Science, technology, digital skills",
    ),
    "kind": ("Loại", "Kind"),
    "language": ("Ngôn ngữ", "Language"),
    "left": ("Vế trái", "Left side"),
    "lesson": ("bài học", "lesson"),
    "lessons": ("học hết các bài", "all lessons"),
    "lessons+exam": ("học hết các bài và đạt bài kiểm tra", "all lessons and the exam"),
    "ly_luan_chinh_tri": ("Lý luận chính trị", "Political theory"),
    "marking": ("Cách chấm", "Marking"),
    "match": ("Ghép với", "Matched with"),
    "minutes": ("Số phút", "Minutes"),
    "multiple": ("chọn nhiều", "multiple choice"),
    "never": ("không cho xem", "never"),
    "no": ("không", "no"),
    "number": ("điền số", "number"),
    "objective": ("Mục tiêu", "Objective"),
    "objectives": ("Mục tiêu", "Objectives"),
    "option": ("Phương án", "Option"),
    "order": ("sắp xếp", "ordering"),
    "owner": ("Đơn vị chủ quản", "Owner"),
    "partial": ("có điểm từng phần", "partial"),
    "pass_percent": ("Điểm đạt", "Pass mark"),
    "passed": ("đạt", "passed"),
    "points": ("Điểm", "Points"),
    "pool": ("Phần câu hỏi", "Question section"),
    "positions": ("Vị trí việc làm", "Positions"),
    "prerequisites": ("Học trước", "Prerequisites"),
    "practice": ("thực hành", "practice"),
    "pretest": ("câu hỏi trước khi học", "pre-test"),
    "quan_ly_nha_nuoc": ("Quản lý nhà nước", "State management"),
    "quoc_phong_an_ninh": ("Quốc phòng, an ninh", "Defence and security"),
    "read_again": ("Đọc lại bài được viết lại", "Read rewritten lessons again"),
    "reviewed_by": ("Người thẩm định", "Reviewed by"),
    "reviewed_on": ("Ngày thẩm định", "Reviewed on"),
    "required": ("Bắt buộc", "Required"),
    "right": ("đúng", "right"),
    "scenario": ("tình huống", "scenario"),
    "section": ("Chuyên đề", "Module"),
    "short-text": ("trả lời ngắn", "short answer"),
    "show_answers": ("Cho xem đáp án", "Answers shown"),
    "shuffle": ("Trộn phương án", "Shuffled"),
    "shuffle_options": ("Trộn phương án", "Options shuffled"),
    "shuffle_questions": ("Trộn câu hỏi", "Questions shuffled"),
    "single": ("chọn một", "single choice"),
    "sources": ("Căn cứ", "Sources"),
    "stem": ("Câu hỏi", "Question"),
    "summary": ("Tóm tắt", "Summary"),
    "tags": ("Thẻ", "Tags"),
    "target": ("Dẫn đến", "Leads to"),
    "text": ("Nội dung", "Text"),
    "time_limit": ("Thời gian (phút)", "Time limit (minutes)"),
    "title": ("Tên", "Title"),
    "true": ("Đúng", "True"),
    "true-false": ("đúng hay sai", "true or false"),
    "unlimited": ("không giới hạn", "unlimited"),
    "valid_months": ("Thời hạn (tháng)", "Valid (months)"),
    "variables": ("Biến", "Variables"),
    "vi": ("tiếng Việt", "Vietnamese"),
    "vi_tri_viec_lam": ("Vị trí việc làm", "The position held"),
    "when-passed": ("khi đã đạt", "when passed"),
    "written": ("tự luận", "written answer"),
    "wrong": ("sai", "wrong"),
    "yes": ("có", "yes"),
}
