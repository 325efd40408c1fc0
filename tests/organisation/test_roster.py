from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts import sessions
from learning.accounts.models import Person
from learning.audit import AuditEntry
from learning.organisation import positions, postings, roster, units
from learning.organisation.models import Position, Posting, Profile, Unit
from learning.organisation.roster import Report
from learning.organisation.sheet import Sheet

TODAY = date(2026, 11, 22)
Import = Callable[..., Report]


@pytest.fixture
def take(session: Session, now: datetime) -> Import:
    """Imports lines of cells parted by "|"; the first heads the columns."""
    positions.load(session)

    def run(*lines: str, today: date = TODAY, dry_run: bool = False) -> Report:
        header, *rows = ([cell.strip() for cell in line.split("|")] for line in lines)
        sheet = Sheet("roster.csv", header, list(enumerate(rows, start=2)))
        report = roster.import_sheet(session, now, today, sheet, actor="operator", dry_run=dry_run)
        session.flush()
        session.expire_all()
        return report

    return run


def figures(report: Report) -> tuple[int, ...]:
    assert not report.rejected
    return report.added, report.changed, report.moved, report.left, report.unchanged


FULL = "ma_can_bo|ho_ten|ma_don_vi|chuc_danh|loai|chuyen_nganh|trinh_do|tham_nien|quan_ly_nha_nuoc|ly_luan_chinh_tri"
FULL += "|email|username|tu_ngay|den_ngay"
AN = "CB01|Nguyễn Văn An|21583|ke_toan|cong_chuc|Kế toán|dai_hoc|5|co|trung_cap|an@gialai.gov.vn|an.nv|01/07/2025|"
BINH = "CB02|Rơ Châm H'Bình|23677|||||||||||"


def test_new_people_sit_where_the_roster_says_and_the_same_file_again_changes_nothing(
    take: Import, session: Session
) -> None:
    assert figures(take(FULL, AN, BINH)) == (2, 0, 0, 0, 0)
    an = session.scalars(select(Person).where(Person.staff_code == "CB01")).one()
    assert (an.username, an.full_name, an.email, an.password_hash) == (
        "an.nv",
        "Nguyễn Văn An",
        "an@gialai.gov.vn",
        "",
    )
    assert an.folded_name == "nguyen van an" and an.sort_key and an.active
    profile = session.get_one(Profile, an.id)
    assert (profile.category, profile.years_in_post, profile.state_management) == ("cong_chuc", 5, True)
    seat = postings.current_seat(session, an.id, TODAY)
    assert seat and seat.unit.code == "21583" and seat.position and seat.position.code == "ke_toan"
    binh = session.scalars(select(Person).where(Person.staff_code == "CB02")).one()
    assert binh.username == "cb02"
    [posting] = postings.history(session, binh.id)
    assert posting.from_date == TODAY
    assert session.scalar(select(func.count()).where(Unit.kind == "commune")) == 135
    for later in (TODAY, TODAY + timedelta(days=30)):
        assert figures(take(FULL, AN, BINH, today=later)) == (0, 0, 0, 0, 2)


def test_a_header_may_be_english_in_any_order_with_marks_and_unknown_columns_are_named(take: Import) -> None:
    report = take("Họ tên|STT|unit-code|Mã cán bộ|Ghi chú", "Lê An|1|21583|CB01|x")
    assert figures(report) == (1, 0, 0, 0, 0) and report.ignored_columns == ["STT", "Ghi chú"]


def test_a_move_ends_the_old_posting_and_keeps_what_the_file_has_no_column_for(
    take: Import, session: Session
) -> None:
    take(FULL, AN, BINH)
    report = take("ma_can_bo|ho_ten|ma_don_vi|tu_ngay", "CB01|Nguyễn Văn An|23677|01/12/2026")
    assert figures(report) == (0, 0, 1, 0, 0)
    an = session.scalars(select(Person).where(Person.staff_code == "CB01")).one()
    new, old = postings.history(session, an.id)
    assert (old.to_date, new.from_date, new.unit_code) == (date(2026, 11, 30), date(2026, 12, 1), "23677")
    assert new.position_code == "ke_toan" and session.get_one(Profile, an.id).specialty == "Kế toán"
    assert an.username == "an.nv" and an.email
    again = take("ma_can_bo|ho_ten|ma_don_vi|tu_ngay", "CB01|Nguyễn Văn An|23677|01/12/2026")
    assert figures(again) == (0, 0, 0, 0, 1)
    assert session.scalar(select(func.count()).where(AuditEntry.action == "person.moved")) == 1


def test_a_position_the_catalogue_does_not_have_is_added_to_it_once(take: Import, session: Session) -> None:
    header = "ma_can_bo|ho_ten|ma_don_vi|chuc_danh"
    lines = (
        header,
        "A1|Lê An|21583|Tổ trưởng tổ dân phố",
        "A2|Lê Ba|21583|TO TRUONG TO DAN PHO",
        "A3|Lê Ca|21583|VT-07",
    )
    report = take(*lines)
    assert report.new_positions == ["Tổ trưởng tổ dân phố", "VT-07"]
    assert session.get_one(Position, "to_truong_to_dan_pho").title == "Tổ trưởng tổ dân phố"
    seats = session.scalars(select(Posting.position_code).order_by(Posting.id)).all()
    assert seats == ["to_truong_to_dan_pho", "to_truong_to_dan_pho", "VT-07"]
    again = take(*lines)
    assert figures(again) == (0, 0, 0, 0, 3) and not again.new_positions


def test_positions_of_the_list_need_not_be_in_the_database_yet(session: Session, now: datetime) -> None:
    sheet = Sheet(
        "a.csv", ["ma_can_bo", "ho_ten", "ma_don_vi", "chuc_danh"], [(2, ["A1", "Lê An", "21583", "KE_TOAN"])]
    )
    report = roster.import_sheet(session, now, TODAY, sheet, actor="operator")
    assert not report.rejected and not report.new_positions
    assert session.scalars(select(Posting.position_code)).one() == "ke_toan"


def test_a_move_before_the_day_that_stood_for_an_unknown_one_keeps_the_old_unit(
    take: Import, session: Session
) -> None:
    take("ma_can_bo|ho_ten|ma_don_vi", "CB01|Nguyễn Văn An|21583")  # since when is not said: since today
    moved = ("ma_can_bo|ho_ten|ma_don_vi|tu_ngay", "CB01|Nguyễn Văn An|23677|01/10/2026")
    assert figures(take(*moved)) == (0, 0, 1, 0, 0)
    held = session.scalars(select(Posting).order_by(Posting.from_date))
    assert [(one.unit_code, one.from_date, one.to_date) for one in held] == [
        ("21583", date(2026, 9, 30), date(2026, 9, 30)),
        ("23677", date(2026, 10, 1), None),
    ]
    assert figures(take(*moved)) == (0, 0, 0, 0, 1)


def test_the_same_seat_anew_from_a_day_to_come_is_kept_until_then(take: Import, session: Session) -> None:
    take(FULL, AN)
    anew = (FULL, AN.replace("01/07/2025", "01/01/2027"))
    assert figures(take(*anew)) == (0, 1, 0, 0, 0)
    held = session.scalars(select(Posting).order_by(Posting.from_date))
    assert [(one.from_date, one.to_date) for one in held] == [
        (date(2025, 7, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), None),
    ]
    for later in (TODAY, date(2027, 2, 1)):
        assert figures(take(*anew, today=later)) == (0, 0, 0, 0, 1)


def test_a_new_position_is_a_move_and_a_new_name_a_change(take: Import, session: Session) -> None:
    take(FULL, AN)
    assert figures(take(FULL, AN.replace("ke_toan", "Kế toán trưởng").replace("01/07/2025", ""))) == (
        0,
        0,
        1,
        0,
        0,
    )
    changed = AN.replace("ke_toan", "ke_toan_truong").replace("01/07/2025", "").replace("Văn An", "Văn Ân")
    assert figures(take(FULL, changed)) == (0, 1, 0, 0, 0)
    assert session.scalar(select(Person.folded_name).where(Person.staff_code == "CB01")) == "nguyen van an"
    assert figures(take(FULL, changed.replace("dai_hoc", "Sau đại học"))) == (0, 1, 0, 0, 0)


def test_leaving_closes_the_posting_shuts_the_person_out_and_may_be_undone_by_coming_back(
    take: Import, session: Session, now: datetime
) -> None:
    take(FULL, AN, BINH)
    an = session.scalars(select(Person).where(Person.staff_code == "CB01")).one()
    sessions.create(session, now, an.id, "browser")
    gone = AN + "21/11/2026"
    assert figures(take(FULL, gone)) == (0, 0, 0, 1, 0)
    assert not an.active and not sessions.running(session, now, an.id)
    assert postings.current_unit(session, an.id, TODAY) is None
    assert figures(take(FULL, gone)) == (0, 0, 0, 0, 1)
    assert take(FULL, AN).rejected[0].column == "tu_ngay"
    back = AN.replace("01/07/2025", "01/12/2026")
    assert figures(take(FULL, back)) == (0, 0, 1, 0, 0)
    assert an.active and len(postings.history(session, an.id)) == 2
    assert figures(take(FULL, back)) == (0, 0, 0, 0, 1)


def test_a_last_day_still_to_come_leaves_the_person_in_until_then(take: Import, session: Session) -> None:
    take(FULL, AN)
    leaving = AN + "31/12/2026"
    assert figures(take(FULL, leaving)) == (0, 0, 0, 1, 0)
    an = session.scalars(select(Person).where(Person.staff_code == "CB01")).one()
    assert an.active and figures(take(FULL, leaving)) == (0, 0, 0, 0, 1)
    assert figures(take(FULL, AN)) == (0, 1, 0, 0, 0)  # it was said too soon
    take(FULL, leaving)
    assert figures(take(FULL, leaving, today=date(2027, 1, 1))) == (0, 0, 0, 1, 0)
    assert not an.active


def test_someone_who_came_and_went_before_is_added_shut_out(take: Import, session: Session) -> None:
    row = "CB01|Lê An|21583|01/01/2026|30/06/2026"
    header = "ma_can_bo|ho_ten|ma_don_vi|tu_ngay|den_ngay"
    assert figures(take(header, row)) == (1, 0, 0, 0, 0)
    assert figures(take(header, row)) == (0, 0, 0, 0, 1)
    assert session.scalar(select(Person.active)) is False


def test_who_is_not_in_the_file_stays(take: Import, session: Session) -> None:
    take(FULL, AN, BINH)
    take(FULL, AN)
    assert session.scalar(select(func.count()).where(Posting.to_date.is_(None))) == 2


def test_leading_zeros_a_spreadsheet_ate_come_back_and_any_province_will_do(
    take: Import, session: Session
) -> None:
    assert figures(take("ma_can_bo|ho_ten|ma_don_vi", "CB01|Lê An|70", "CB02|Lê Bình|STC")) == (2, 0, 0, 0, 0)
    assert session.get_one(Unit, "00070").name == "Phường Hoàn Kiếm"
    assert session.get_one(Unit, "STC").parent_code == "01"


def test_departments_alone_bring_a_province_along(take: Import, session: Session) -> None:
    assert figures(take("ma_can_bo|ho_ten|ma_don_vi", "CB01|Lê An|STC")) == (1, 0, 0, 0, 0)
    assert session.get_one(Unit, "STC").parent_code == "52"


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("ma_can_bo", "", "trống"),
        ("ma_can_bo", "CB 01", "khoảng trắng"),
        ("ma_can_bo", "x" * 51, "nhiều nhất 50"),
        ("ho_ten", "", "trống"),
        ("ho_ten", "12345", "không phải họ tên"),
        ("ho_ten", "=1+1", "không phải họ tên"),
        ("ho_ten", "NguyÔn V¨n §µo", "TCVN3"),
        ("ho_ten", "Lê\nAn", "xuống dòng"),
        ("ma_don_vi", "STCC", "Có phải STC"),
        ("ma_don_vi", "Phường Quy Nhơn", "Có phải 21583 (Phường Quy Nhơn)"),
        ("ma_don_vi", "Xa Dak Doa", "Có phải 23677"),
        ("ma_don_vi", "99999", "Không có đơn vị"),
        ("chuc_danh", "ke_toann", "Có phải ke_toan"),
        ("chuc_danh", "Kế toán viênn", "Có phải ke_toan"),
        ("chuc_danh", "12", "không phải chức danh"),
        ("chuc_danh", "#N/A", "Công thức"),
        ("loai", "vua", "can_bo, cong_chuc, vien_chuc"),
        ("trinh_do", "tiến sĩ", "sau_dai_hoc"),
        ("tham_nien", "-1", "số nguyên"),
        ("tham_nien", "2,5", "số nguyên"),
        ("tham_nien", "99", "số nguyên"),
        ("tham_nien", "000061", "số nguyên"),
        ("quan_ly_nha_nuoc", "có lẽ", "co, khong"),
        ("email", "an@", "thư điện tử"),
        ("username", "nguyễn an", "khoảng trắng"),
        ("tu_ngay", "31/02/2026", "dd/mm/yyyy"),
        ("tu_ngay", "45839", "nếu là 01/07/2025"),
        ("tu_ngay", "01/01/1026", "không hợp lý"),
        ("den_ngay", "01/01/2020", "trước ngày bắt đầu"),
    ],
)
def test_one_bad_cell_is_named_and_nobody_is_taken(
    take: Import, session: Session, column: str, cell: str, words: str
) -> None:
    header = FULL.split("|")
    cells = AN.split("|")
    cells[header.index(column)] = cell
    report = roster.import_sheet(
        session, datetime.fromisoformat("2026-11-22T08:00:00+00:00"), TODAY,
        Sheet("a", header, [(2, BINH.split("|")), (7, cells)]), actor="operator",
    )  # fmt: skip
    assert [(one.row, one.column) for one in report.rejected] == [(7, column)]
    assert words in report.rejected[0].reason
    assert (report.added, report.unchanged) == (0, 0)
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_every_bad_row_is_named_at_once(take: Import) -> None:
    report = take(
        "staff_code|full_name|unit_code|email", "CB01||21583|", "CB02|Lê An|000|@", "CB03|Lê Bình|21583|"
    )
    assert [(one.row, one.column) for one in report.rejected] == [
        (2, "full_name"),
        (3, "unit_code"),
        (3, "email"),
    ]


def test_doubles_in_the_file_and_names_of_others_are_refused(take: Import, session: Session) -> None:
    take(FULL, AN)
    header = "ma_can_bo|ho_ten|ma_don_vi|username"
    report = take(
        header,
        "CB01|Lê An|21583|",
        "CB01|Lê An|21583|",
        "CB05|Lê Em|21583|AN.NV",
        "X1|Lê X|21583|",
        "x1|Lê Y|21583|",
    )
    assert [(one.row, one.column) for one in report.rejected] == [
        (3, "ma_can_bo"),
        (4, "username"),
        (6, "ma_can_bo"),
    ]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("ho_ten|ma_don_vi", "ma_can_bo"),
        ("ma_can_bo|staff_code|ho_ten|ma_don_vi", "staff_code"),
        ("a|b|c", "ma_can_bo"),
    ],
)
def test_a_header_amiss_is_said_of_row_one(take: Import, header: str, column: str) -> None:
    rejected = take(header, "1|2|3|4").rejected
    assert {one.row for one in rejected} == {1} and rejected[0].column == column


def test_a_header_under_a_title_is_found_and_asked_to_the_top(take: Import) -> None:
    [rejected] = take("DANH SÁCH", "", "ma_can_bo|ho_ten|ma_don_vi", "A1|Lê An|21583").rejected
    assert rejected.row == 1 and "dòng 3" in rejected.reason


def test_a_sheet_with_a_header_alone_is_refused(take: Import) -> None:
    assert take(FULL).rejected[0].row == 1


def test_a_dry_run_counts_and_writes_nothing(take: Import, session: Session) -> None:
    assert figures(take(FULL, AN, BINH, dry_run=True)) == (2, 0, 0, 0, 0)
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_date_that_would_cross_the_posting_before_is_refused(take: Import, session: Session) -> None:
    take(FULL, AN)
    header = "ma_can_bo|ho_ten|ma_don_vi|tu_ngay|den_ngay"
    assert figures(take(header, "CB01|Nguyễn Văn An|23677|01/03/2026|")) == (0, 0, 1, 0, 0)
    for row in (
        "CB01|Nguyễn Văn An|23677|01/02/2026|",
        "CB01|Nguyễn Văn An|21583|01/07/2025|",
        "CB01|Nguyễn Văn An|23677|01/06/2025|",
    ):
        assert [one.column for one in take(header, row).rejected] == ["tu_ngay"]
    assert figures(take(header, "CB01|Nguyễn Văn An|23677|15/03/2026|")) == (0, 1, 0, 0, 0)


def test_a_whole_province_takes_few_statements(take: Import, session: Session) -> None:
    from sqlalchemy import event

    statements: list[str] = []
    codes = [code for code, one in units.communes().items() if one.parent_code == "52"]
    rows = [f"CB{number:05}|Nguyễn Văn {number}A|{codes[number % 135]}" for number in range(1000)]
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert figures(take("ma_can_bo|ho_ten|ma_don_vi", *rows)) == (1000, 0, 0, 0, 0)
    assert len(statements) < 60
    statements.clear()
    assert figures(take("ma_can_bo|ho_ten|ma_don_vi", *rows)) == (0, 0, 0, 0, 1000)
    assert len(statements) < 20
