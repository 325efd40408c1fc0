"""Names put together from parts that very many people share, so that none is anybody's in particular."""

from random import Random

FAMILY = (
    ("Nguyễn", 38), ("Trần", 11), ("Lê", 9), ("Phạm", 7), ("Huỳnh", 5), ("Phan", 5), ("Võ", 5), ("Đặng", 3),
    ("Bùi", 3), ("Đỗ", 2), ("Hồ", 2), ("Ngô", 2), ("Dương", 1), ("Đoàn", 1), ("Trương", 1), ("Lý", 1), ("Đinh", 2),
)  # fmt: skip
MIDDLE_MEN = ("Văn", "Hữu", "Đức", "Quốc", "Minh", "Công", "Thanh", "Xuân", "Đình", "Ngọc", "Gia", "Hoàng")
MIDDLE_WOMEN = ("Thị", "Thị Ngọc", "Thị Thu", "Thị Kim", "Thị Mỹ", "Ngọc", "Thùy", "Thanh", "Bích", "Hoài")
GIVEN_MEN = (
    "An", "Anh", "Bình", "Cường", "Dũng", "Đạt", "Định", "Đức", "Hải", "Hiếu", "Hòa", "Hùng", "Khánh", "Kiên", "Lâm",
    "Long", "Minh", "Nam", "Nghĩa", "Phong", "Phúc", "Quân", "Sơn", "Tài", "Thành", "Thịnh", "Trung", "Tuấn", "Vinh",
)  # fmt: skip
GIVEN_WOMEN = (
    "Ánh", "Bích", "Châu", "Diệp", "Dung", "Giang", "Hà", "Hạnh", "Hiền", "Hoa", "Hồng", "Hương", "Lan", "Linh", "Loan",
    "Mai", "My", "Nga", "Ngân", "Nhung", "Oanh", "Phương", "Thảo", "Thúy", "Trang", "Tuyết", "Vân", "Xuân", "Yến",
)  # fmt: skip
HIGHLAND_FAMILY = ("Rơ Châm", "Rơ Mah", "Siu", "Ksor", "Kpă", "Nay", "Puih", "Rah Lan", "Kpuih", "Đinh")
HIGHLAND_MEN = ("Blơi", "Djuên", "Hyưn", "Khăm", "Lơr", "Phiên", "Quang", "Thoan", "Tơi", "Un")
HIGHLAND_WOMEN = ("H'Yên", "H'Lan", "H'Nhung", "H'Bia", "H'Liên", "H'Mơ", "H'Rin", "H'Thuyên", "H'Uyên")


def compose(chance: Random) -> str:
    """One full name; the same for the same state of `chance`."""
    woman = chance.random() < 0.5
    if chance.random() < 0.15:
        return f"{chance.choice(HIGHLAND_FAMILY)} {chance.choice(HIGHLAND_WOMEN if woman else HIGHLAND_MEN)}"
    family = chance.choices([name for name, _ in FAMILY], [weight for _, weight in FAMILY])[0]
    middle = chance.choice(MIDDLE_WOMEN if woman else MIDDLE_MEN)
    given = chance.choice(GIVEN_WOMEN if woman else GIVEN_MEN)
    return f"{family} {middle} {given}"
