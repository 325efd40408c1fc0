"""What a draft is written with, in the language of its course: its keys, its headings, what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from learning.content.drafts import KEYS

Names = Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """What a draft is written with, in the language of its course."""

    keys: Names
    kinds: Names
    questions: str
    true: str
    false: str
    yes: str
    no: str
    course: str
    exam: str
    common: str
    opening: str
    about: str
    made_of: str
    part: str
    original: str
    no_text: str
    origin: str
    divided: str
    unused_media: str
    unknown_document: str
    past_document: str
    nothing_to_ask: str
    twice: str
    at: str


_SAID = {  # about the draft: to its author, who reads Vietnamese
    "no_text": "Nguồn chỉ có câu hỏi: bài “Giới thiệu” là chỗ để viết bài học trước khi trình duyệt.",
    "origin": "Chưa có căn cứ pháp lý: các bài tạm dẫn “Tài liệu gốc: {}”. Hãy ghi số hiệu văn bản vào sources.",
    "divided": "“{}” dài nên được chia thành {} bài ngắn; hãy xem lại chỗ chia và tên từng bài.",
    "unused_media": "Không bài hay câu nào dùng hình này.",
    "unknown_document": "Văn bản {} được nhắc tới nhưng chưa có trong sổ văn bản (sources.yml).",
    "past_document": "Văn bản {} đã hết hiệu lực hoặc được thay thế nên không đưa vào căn cứ.",
    "nothing_to_ask": "Lời dẫn không có câu hỏi nào đi kèm.",
    "twice": "Mã “{}” đứng ở nhiều câu trong nguồn nên không dùng làm mã được; hãy sửa trong nguồn nếu còn nhập lại.",
    "at": "Dòng {}: ",
}
VIETNAMESE = Words(
    keys={key: names[0].capitalize() for key, names in KEYS.items()},
    kinds={
        "multiple": "chọn nhiều",
        "single": "chọn một",
        "true-false": "đúng/sai",
        "text": "trả lời ngắn",
        "number": "số",
        "match": "ghép",
        "order": "sắp xếp",
        "gaps": "điền khuyết",
    },
    questions="Câu hỏi",
    true="Đúng",
    false="Sai",
    yes="có",
    no="không",
    course="Khóa học nhập từ tệp",
    exam="Bài kiểm tra cuối khóa",
    common="Phần chung",
    opening="Giới thiệu",
    about="Khóa học có {} câu hỏi, lấy từ “{}”.",
    made_of="Khóa học được lập từ tài liệu “{}”.",
    part="{title} (phần {number})",
    original="Tài liệu gốc",
    **_SAID,
)
ENGLISH = Words(
    keys={key: names[1].capitalize() for key, names in KEYS.items()},
    kinds={
        "multiple": "multiple choice",
        "single": "single choice",
        "true-false": "true/false",
        "text": "short answer",
        "number": "number",
        "match": "match",
        "order": "order",
        "gaps": "gaps",
    },
    questions="Questions",
    true="True",
    false="False",
    yes="yes",
    no="no",
    course="Imported course",
    exam="Final exam",
    common="General part",
    opening="Introduction",
    about="This course has {} questions, taken from “{}”.",
    made_of="This course was made from the document “{}”.",
    part="{title} (part {number})",
    original="Original document",
    **_SAID,
)
