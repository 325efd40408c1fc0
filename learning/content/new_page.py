"""A page to begin from, in the course's language: it passes the check but for what only its author knows."""

import json
import secrets
from collections.abc import Sequence
from datetime import date

from learning.content.mend import ALPHABET, STAMP_LENGTH
from learning.content.model import PageKind
from learning.content.skeletons import skeletons


def text(
    kind: PageKind, title: str, prefix: str, today: date, *, sources: Sequence[str] = (), language: str = "vi"
) -> str:
    """`prefix`: what its ids begin with; `sources`: documents that the course cites already, the likeliest first."""
    said = json.dumps(title, ensure_ascii=False)  # which YAML reads
    id_ = f"{prefix[:80].strip('-')}-{stamp()}"
    at = int(language == "en")
    if kind == "lesson":
        cited = "".join(f"  - {json.dumps(key, ensure_ascii=False)}\n" for key in sources[:1]) or "  - \n"
        return f"---\nid: {id_}\ntitle: {said}\nminutes: 3\nsources:\n{cited}checked_on: {today}\n---\n{LESSON[at]}\n"
    head = f"---\nkind: {kind}\ntitle: {said}\n---\n\n"
    if kind == "scenario":
        return head + SCENARIO[at]
    if kind == "practice":
        step = f"{prefix[:80].strip('-')}-{stamp()}"
        made = PRACTICE[at].replace("{one}", id_).replace("{two}", step)
        return (
            f"---\nkind: practice\nid: {step}-th\ntitle: {said}\nminutes: 20\nrequired: false\n---\n\n{made}"
        )
    words = skeletons(language)
    heading = EXAM[at] if kind == "exam" else words["questions"]
    return f"{head}{heading}\n\n{words['single'].replace('{id}', id_)}\n"


def stamp() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(STAMP_LENGTH))


LESSON = ("Viết nội dung bài ở đây.", "Write the lesson here.")
EXAM = ("## Phần chung", "## General part")
PRACTICE = (
    """\
Nói việc phải làm ở cơ quan, làm với gì, trong bao lâu.

## Các bước

### Chuẩn bị
Mã: {one}

Nói việc cần làm ở bước này.

### Làm và lưu lại kết quả
Mã: {two}
Minh chứng: ảnh

Nói việc cần làm, và ảnh phải thấy được điều gì. Che mọi thông tin cá nhân trước khi chụp.
""",
    """\
Say what has to be done at the office, with what, and how long it takes.

## Steps

### Prepare
Id: {one}

Say what has to be done in this step.

### Do it and keep the result
Id: {two}
Evidence: photo

Say what has to be done, and what the photo has to show. Cover all personal data before taking it.
""",
)
SCENARIO = (
    """\
## Mở đầu
Mã: mo-dau

Kể việc xảy ra ở cơ quan trong hai, ba câu. Đồng chí làm gì?

- ( ) Cách làm đúng -> tot ; điểm +1
  > Đúng: nói vì sao.
- ( ) Cách hay bị chọn nhầm -> chua-tot
  > Chưa đúng: nói chỗ nhầm.

## Việc xong tốt
Mã: tot

Kể kết quả.

Kết thúc: đạt

## Việc phải làm lại
Mã: chua-tot

Kể hậu quả và cách sửa.

Kết thúc: không đạt
""",
    """\
## The beginning
Id: beginning

Tell in two or three sentences what happened at the office. What do you do?

- ( ) The right way -> well ; points +1
  > Right: say why.
- ( ) The way that is often chosen by mistake -> badly
  > Not right: say where the mistake is.

## It went well
Id: well

Tell what came of it.

Ending: passed

## It has to be done again
Id: badly

Tell what came of it, and how it is mended.

Ending: failed
""",
)
