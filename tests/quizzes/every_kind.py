"""One question of each kind, with its right answer in release keys; whatever tells it is marked CANARY."""

from decimal import Decimal
from typing import Any

from learning.content.model import (
    Criterion,
    Gap,
    Gaps,
    Match,
    MatchItem,
    Number,
    Option,
    Order,
    Question,
    Text,
    TrueFalse,
    Variable,
    Written,
)
from tests import make

single = make.single("mot")
multiple = make.multiple("nhieu", right=(1, 3))
true_false = TrueFalse(id="dung-sai", title="Đúng sai", prompt="<p>Đúng?</p>", answer=True, feedback="CANARY")
text = Text(
    id="ngan",
    title="Ngắn",
    prompt="<p>Chứng từ nào?</p>",
    accepted=("hóa đơn CANARY", "hóa đơn"),
    feedback="CANARY",
    explanation="CANARY",
    hints=("CANARY",),
)
number = Number(
    id="so",
    title="Số",
    prompt="<p>@a đồng mỗi ngày, ba ngày?</p>",
    low="@a * 3 * 0.99",
    high="@a * 3 * 1.01",
    exact="@a * 3",
    unit="đồng",
    variables=(Variable(name="a", low=Decimal(1000), high=Decimal(5000), step=Decimal(500)),),
    explanation="<p>Ba lần @a CANARY</p>",
)
match = Match(
    id="ghep",
    title="Ghép",
    prompt="<p>Ghép</p>",
    left=(MatchItem(key="1", html="xã"), MatchItem(key="2", html="tỉnh")),
    right=tuple(MatchItem(key=str(n), html=f"vế {n}") for n in (1, 2, 3)),
    pairs={"1": "1", "2": "2"},
)
order = Order(
    id="thu-tu",
    title="Thứ tự",
    prompt="<p>Xếp</p>",
    items=tuple(MatchItem(key=str(n), html=f"bước {n}") for n in (1, 2, 3, 4)),
)
gaps = Gaps(
    id="trong",
    title="Chỗ trống",
    prompt='<p><span class="gap" data-gap="1">(1)</span> và <span class="gap" data-gap="2">(2)</span></p>',
    gaps=(
        Gap(key="1", accepted=("ba mươi CANARY", "ba mươi", "30")),
        Gap(
            key="2",
            options=(
                Option(key="1", html="A", feedback="CANARY"),
                Option(key="2", html="B", right=True, feedback="CANARY"),
            ),
        ),
    ),
)

written = Written(
    id="viet",
    title="Viết",
    prompt="<p>Đồng chí làm gì?</p>",
    points=Decimal(3),
    criteria=(
        Criterion(html="Nêu đúng nơi nhận CANARY", points=Decimal(2)),
        Criterion(html="Nêu đúng căn cứ CANARY", points=Decimal(1)),
    ),
    explanation="<p>CANARY</p>",
)

RIGHT: dict[str, Any] = {
    "mot": "1",
    "nhieu": ["1", "3"],
    "dung-sai": True,
    "ngan": "hóa đơn",
    "ghep": {"1": "1", "2": "2"},
    "thu-tu": ["1", "2", "3", "4"],
    "trong": {"1": "ba mươi", "2": "2"},
}
QUESTIONS: tuple[Question, ...] = (single, multiple, true_false, text, number, match, order, gaps)
