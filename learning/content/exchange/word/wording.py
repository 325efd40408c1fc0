"""How offices word what belongs to a question: its number, its options, its key, and what is told behind it."""

import re

SHORT = 60  # letters of an answer that is to be written

_WORD = r"(?:[Cc]âu(?:\s+[Hh]ỏi)?|CÂU(?:\s+HỎI)?|[Qq]uestion)"
# Câu 5: … / Câu 5. … / Câu hỏi 5 (0,5 điểm) – … / Câu 19 Không gian mạng …
NAMED = re.compile(
    rf"\s*[-+•*]?\s*(?P<name>{_WORD}\s*(?:số\s*)?(?P<number>[0-9]{{1,4}}))(?![0-9])"
    r"\s*(?P<points>[(\[][^()\[\]]{0,40}[)\]])?\s*(?P<sign>[.:)/–—-]*)\s*"
)
NUMBERED = re.compile(r"\s*(?P<number>[0-9]{1,4})\s*(?P<sign>[.)/:]|[-–](?=\s))(?![0-9])\s*")
POINTS = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*(?:điểm|đ|points?)", re.IGNORECASE)

STAR = r"(?:[*✓✔√☑☒⊗●◉→⇒]|=>|\[\s?[xX]\s?\]|\(\s?[xX]\s?\))"
EMPTY_BOX = r"(?:[☐□○❑❒◯▢]|\[\s?\]|\(\s?\))"
OPTION = re.compile(
    rf"\s*(?P<star>{STAR})?{EMPTY_BOX}?\s*[(\[]?(?P<letter>[A-Ha-h])(?P<after>\s?\*)?"
    r"\s?(?:[.):/\]](?P<behind>\*(?=\s))?|[-–](?=\s))(?![.:/)]{2})\s*"
)
ENDS_STARRED = re.compile(
    rf"(?<!\s)\s*(?:{STAR}|\(\*\)|[(\[](?:đúng|đ|đáp án(?: đúng)?|đ/?a)[)\]])\s*[.;]?\s*$", re.IGNORECASE
)

ANSWER = re.compile(
    r"\s*[(\[=→⇒>*-]*\s*(?:(?:đáp\s*án|phương\s*án|câu\s*trả\s*lời|kết\s*quả)(?:\s*đúng(?:\s*nhất)?)?(?:\s*là)?"
    r"|đ\s?/?\s?a|key|answer|trả\s*lời|chọn(?:\s*(?:đáp|phương)\s*án)?)(?![^\W\d_])\s*(?P<sign>[:.=–-]*)\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
EXPLANATION = re.compile(
    r"\s*[(\[]?(?:giải\s*thích(?:\s*(?:thêm|đáp\s*án))?|hướng\s*dẫn(?:\s*(?:giải|trả\s*lời))?|lời\s*giải|lý\s*do|chú\s*giải|diễn\s*giải"
    r"|explanation)\s*[:.]\s*",
    re.IGNORECASE,
)
HINT = re.compile(r"\s*(?:gợi\s*ý|hint)(?:\s*trả\s*lời)?\s*:\s*", re.IGNORECASE)
BASIS = re.compile(
    r"\s*[(\[]?(?P<name>căn\s*cứ(?:\s*pháp\s*lý)?|cơ\s*sở\s*pháp\s*lý|trích\s*dẫn|nguồn|tham\s*chiếu|tham\s*khảo|viện\s*dẫn)"
    r"\s*:\s*",
    re.IGNORECASE,
)
CITES = re.compile(
    r"(?:Điều|khoản|Khoản|điểm|Luật|Nghị định|Thông tư|Quyết định|Quy định)\s+(?:số\s*)?[0-9]|[0-9]/[0-9]{4}/"
)
ENDS_TRUE_FALSE = re.compile(
    r"(?<!\s)\s*[(\[–—-]\s*(?P<value>Đúng|Sai|ĐÚNG|SAI|đúng|sai|Đ|S)\s*[)\]]?\s*[.;]?\s*$"
)
PART = re.compile(
    r"\s*(?:chương|phần|bài|mục|chuyên\s*đề|chủ\s*đề|mô[\s-]?đun)\s+(?:[0-9]{1,3}|[IVXLC]{1,7}|[A-H])(?![\w])",
    re.IGNORECASE,
)
INLINE = re.compile(
    rf"(?:(?<=\s)|(?<=[;,.?:]))(?P<star>{STAR}\s?)?{EMPTY_BOX}?\s?[(\[]?(?P<letter>[A-Ha-h])(?P<after>\*)?[.)/\]]\s*(?=\S)"
)
TAIL_ANSWER = re.compile(
    r"(?<!\s)\s+[(\[]?(?:Đáp\s*án|ĐÁP\s*ÁN|Đ/?A)(?:\s*đúng)?\s*:\s*[A-H](?:\s*[,;]\s*[A-H])*\s*[)\]]?\.?\s*$"
)
