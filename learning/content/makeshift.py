"""Words that only stand in for the author's own, and still stand (K007, K008).

An import gives a picture without words some of its own, and what an author begins from says what to write there. Both
pass the check; so that neither reaches a learner by oversight, the studio remarks on them until they are written over.
"""

import re
from collections.abc import Iterator

from learning.content import new_page
from learning.content.craft import Saying
from learning.content.faults import Fault


def picture(part: str) -> str:
    """What a picture without words is called: the part of the text it stands in."""
    return f"Hình trong phần “{part}”"


def remarks(path: str, text: str, language: str = "vi") -> list[Fault]:
    """What still stands in the text of a page, by line; of what to write over only the first line, with how many."""
    say = Saying(path, language, REMARKS)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = [
        say("K007", number, alt=alt[1])
        for number, line in enumerate(lines, 1)
        for alt in _PICTURE.finditer(line)
    ]
    if unwritten := list(_unwritten(lines)):
        number, words = unwritten[0]
        found.append(say("K008", number, words=words, count=len(unwritten)))
    return sorted(found, key=lambda fault: (fault.line, fault.code))


def _unwritten(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if len(line) <= _LONGEST and (words := _MARKS.sub("", line).strip()) in TO_WRITE:
            yield number, words


_PICTURE = re.compile(r"!\[(Hình trong phần “[^\]]{1,99}”)\]\(")  # a title may have quotes of its own
# What may stand before the words of a line: of a heading, a list, an option, feedback, a notice, an explanation.
_MARKS = re.compile(
    r"^\s*(?:#{1,6} |> ?|[-*+] (?:\([ xX]\) )?)?(?:\*\*[^*]{1,40}:\*\* |Giải thích: |Explanation: )?"
)

# Lines of `new_page` and `skeletons` that tell what to write. Examples that may well stand are not among them.
TO_WRITE = frozenset(
    (
        *new_page.LESSON,
        "Kể việc xảy ra ở cơ quan trong hai, ba câu. Đồng chí làm gì?",
        "Kể kết quả.",
        "Kể hậu quả và cách sửa.",
        "Tell in two or three sentences what happened at the office. What do you do?",
        "Tell what came of it.",
        "Tell what came of it, and how it is mended.",
        "Nói việc phải làm ở cơ quan, làm với gì, trong bao lâu.",
        "Nói việc cần làm ở bước này.",
        "Say what has to be done at the office, with what, and how long it takes.",
        "Say what has to be done in this step.",
        "Right: say why.",
        "Not right: say where the mistake is.",
        "Tên ngắn của câu hỏi",
        "A short name for the question",
        "Viết câu hỏi ở đây?",
        "Viết một nhận định đúng hoặc sai.",
        "A statement that is true or false.",
        "Đúng: nói vì sao.",
        "Chưa đúng: nói chỗ nhầm.",
        "Not quite: say where it goes wrong.",
        "Nói vì sao sai.",
        "Say why it is false.",
        "Điều cần nhớ sau câu này.",
        "What to remember.",
        "Viết một điều người đọc hay quên.",
        "One thing that readers tend to forget.",
        "Điều, khoản của văn bản nói điều vừa viết.",
        "The article and clause that say so.",
        "Viết một trường hợp có tên người, con số cụ thể.",
        "One case, with names and figures.",
        "Kể việc đã xảy ra ở cơ quan trong hai, ba câu.",
        "What happened at an office, in two or three sentences.",
    )
)
_LONGEST = max(map(len, TO_WRITE)) + 60

# Code → what is seen and what to do, in Vietnamese and in English.
REMARKS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "K007": (
        (
            "hình chỉ có lời tạm, chưa nói hình cho thấy gì: {alt}",
            "viết lại trong ![…] điều hình cho thấy: người không nhìn thấy hình sẽ nghe câu đó",
        ),
        (
            "the picture has makeshift words that do not say what it shows: {alt}",
            "write in ![…] what it shows: who cannot see it hears that",
        ),
    ),
    "K008": (
        (
            "dòng mẫu chưa viết lại: “{words}” (cả bài còn {count})",
            "thay bằng lời của bài, hoặc xóa đi",
        ),
        (
            "a line one begins from is still there: “{words}” ({count} on this page)",
            "write your own in their place, or delete them",
        ),
    ),
}
