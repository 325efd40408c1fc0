"""What an author begins a piece of a page from: a whole example of each, right as it stands, to be written over.

Questions carry `{id}` where their own id goes; `questions` is the heading they stand under, `cite` the key of a citation.
"""

from collections.abc import Mapping

VIETNAMESE: Mapping[str, str] = {
    "questions": "## Câu hỏi",
    "cite": "Căn cứ",
    "table": "| Việc | Thời hạn |\n|---|---|\n| Tiếp nhận hồ sơ | trong ngày |\n| Trả kết quả | 5 ngày làm việc |",
    "note": "> **Lưu ý:** Viết một điều người đọc hay quên.",
    "source": "> **Căn cứ:** Điều, khoản của văn bản nói điều vừa viết.",
    "example": "> **Ví dụ:** Viết một trường hợp có tên người, con số cụ thể.",
    "case": "> **Tình huống:** Kể việc đã xảy ra ở cơ quan trong hai, ba câu.",
    "single": (
        "### Tên ngắn của câu hỏi\nMã: {id}\n\nViết câu hỏi ở đây?\n\n"
        "- (x) Phương án đúng\n  > Đúng: nói vì sao.\n"
        "- ( ) Phương án hay bị chọn nhầm\n  > Chưa đúng: nói chỗ nhầm.\n"
        "- ( ) Phương án khác\n  > Chưa đúng: nói chỗ nhầm.\n\n"
        "Giải thích: Điều cần nhớ sau câu này."
    ),
    "multiple": (
        "### Tên ngắn của câu hỏi\nMã: {id}\nLoại: chọn nhiều\n\nNhững việc nào phải làm?\n\n"
        "- (x) Việc phải làm thứ nhất\n  > Đúng: nói vì sao.\n"
        "- (x) Việc phải làm thứ hai\n  > Đúng: nói vì sao.\n"
        "- ( ) Việc không phải làm\n  > Chưa đúng: nói chỗ nhầm.\n\n"
        "Giải thích: Điều cần nhớ sau câu này."
    ),
    "true-false": (
        "### Tên ngắn của câu hỏi\nMã: {id}\n\nViết một nhận định đúng hoặc sai.\n\n"
        "Đáp án: Sai\n> Nói vì sao sai.\n\nGiải thích: Điều cần nhớ sau câu này."
    ),
    "text": (
        "### Tên ngắn của câu hỏi\nMã: {id}\nLoại: trả lời ngắn\n\nCơ quan nào có thẩm quyền?\n\n"
        "= Ủy ban nhân dân cấp xã | UBND cấp xã | UBND xã\n\nGiải thích: Điều cần nhớ sau câu này."
    ),
    "number": (
        "### Tên ngắn của câu hỏi\nMã: {id}\n\nThời hạn là bao nhiêu ngày?\n\n"
        "= 20 ± 0 ngày\n\nGiải thích: Điều cần nhớ sau câu này."
    ),
    "match": (
        "### Tên ngắn của câu hỏi\nMã: {id}\nLoại: ghép\n\nGhép mỗi việc với nơi làm việc đó.\n\n"
        "- Nộp hồ sơ => Bộ phận Một cửa\n- Tra cứu kết quả => Cổng dịch vụ công\n- => Công an xã\n\n"
        "Giải thích: Điều cần nhớ sau câu này."
    ),
    "order": (
        "### Tên ngắn của câu hỏi\nMã: {id}\nLoại: sắp xếp\n\nXếp các bước theo đúng thứ tự.\n\n"
        "1. Bước đầu tiên\n2. Bước tiếp theo\n3. Bước cuối cùng\n\nGiải thích: Điều cần nhớ sau câu này."
    ),
    "gaps": (
        "### Tên ngắn của câu hỏi\nMã: {id}\n\nHồ sơ được giải quyết trong (1)____ ngày, tính từ ngày (2)____.\n\n"
        "(1) = 20 | hai mươi\n(2) : ký đơn / *nhận đủ hồ sơ / hẹn trả\n\n"
        "Giải thích: Điều cần nhớ sau câu này."
    ),
    "written": (
        "### Tên ngắn của câu hỏi\nMã: {id}\nLoại: tự luận\n\nĐồng chí xử lý việc này thế nào?\n\n"
        "Tiêu chí: Nêu đúng việc phải làm | 2\nTiêu chí: Nêu đúng căn cứ | 1\n\n"
        "Giải thích: Viết một lời đáp mẫu để người chấm đối chiếu."
    ),
}

ENGLISH: Mapping[str, str] = {
    "questions": "## Questions",
    "cite": "Source",
    "table": "| Task | Time limit |\n|---|---|\n| Receive the file | the same day |\n| Give the result | 5 days |",
    "note": "> **Note:** One thing that readers tend to forget.",
    "source": "> **Source:** The article and clause that say so.",
    "example": "> **Example:** One case, with names and figures.",
    "case": "> **Case:** What happened at an office, in two or three sentences.",
    "single": (
        "### A short name for the question\nId: {id}\n\nWhat do you ask?\n\n"
        "- (x) The right option\n  > Right: say why.\n"
        "- ( ) The option often taken for it\n  > Not quite: say where it goes wrong.\n"
        "- ( ) Another option\n  > Not quite: say where it goes wrong.\n\n"
        "Explanation: What to remember."
    ),
    "multiple": (
        "### A short name for the question\nId: {id}\nType: multiple\n\nWhich of these must be done?\n\n"
        "- (x) The first thing to do\n  > Right: say why.\n"
        "- (x) The second thing to do\n  > Right: say why.\n"
        "- ( ) What need not be done\n  > Not quite: say where it goes wrong.\n\n"
        "Explanation: What to remember."
    ),
    "true-false": (
        "### A short name for the question\nId: {id}\n\nA statement that is true or false.\n\n"
        "Answer: False\n> Say why it is false.\n\nExplanation: What to remember."
    ),
    "text": (
        "### A short name for the question\nId: {id}\nType: text\n\nWhich office decides?\n\n"
        "= the People's Committee | People's Committee\n\nExplanation: What to remember."
    ),
    "number": (
        "### A short name for the question\nId: {id}\n\nHow many days does it take?\n\n"
        "= 20 ± 0 days\n\nExplanation: What to remember."
    ),
    "match": (
        "### A short name for the question\nId: {id}\nType: match\n\nMatch each task with its place.\n\n"
        "- Hand in a file => One-stop desk\n- Look up a result => Public service portal\n- => Police station\n\n"
        "Explanation: What to remember."
    ),
    "order": (
        "### A short name for the question\nId: {id}\nType: order\n\nPut the steps in order.\n\n"
        "1. The first step\n2. The next step\n3. The last step\n\nExplanation: What to remember."
    ),
    "gaps": (
        "### A short name for the question\nId: {id}\n\nThe file is dealt with in (1)____ days from (2)____.\n\n"
        "(1) = 20 | twenty\n(2) : signing / *receipt of the whole file / the appointment\n\n"
        "Explanation: What to remember."
    ),
    "written": (
        "### A short name for the question\nId: {id}\nType: written\n\nHow do you deal with this?\n\n"
        "Criterion: Says what has to be done | 2\nCriterion: Names the rule | 1\n\n"
        "Explanation: A model answer for whoever marks."
    ),
}

QUESTIONS = ("single", "multiple", "true-false", "text", "number", "match", "order", "gaps", "written")
NOTICES = ("note", "source", "example", "case")


def skeletons(language: str) -> Mapping[str, str]:
    """Every piece by its name, in the language of the course."""
    return ENGLISH if language == "en" else VIETNAMESE
