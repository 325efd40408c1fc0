import ast
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from learning import audit
from learning.office import log
from learning.web.context import App
from tests.office.conftest import Door
from tests.office.test_people import make_tree

Enter = Callable[[str], Door]


def test_the_log_is_read_page_by_page_by_inspector_and_administrator(
    door: Enter, session: Session, now: datetime
) -> None:
    for number in range(70):
        audit.record(session, now, "quantri", "role.granted", f"nguoi{number:02}", role="author")
    session.commit()
    for username in ("thanhtra", "quantri"):
        here, address, seen = door(username), "/office/log?actor=quantri&subject=nguoi", []
        while address:
            tree = make_tree(here.get(address).text)
            seen += [row[3].text for row in tree.findall(".//table/tbody/tr")]
            following = [link.get("href") for link in tree.findall(".//nav//a") if link.text == "Trang sau"]
            address = following[0] if following else ""
        assert seen == [f"nguoi{number:02}" for number in reversed(range(70))]


def test_the_log_is_filtered_by_who_and_what(door: Enter, session: Session, now: datetime) -> None:
    audit.record(session, now, "lanhdao", "signin.code_issued", "hocvien")
    audit.record(session, now, "quantri", "course.published", "finance/a_b", release=3)
    session.commit()
    here = door("thanhtra")
    assert "finance/a_b" not in here.get("/office/log?actor=lanhdao").text
    page = here.get("/office/log?subject=finance").text
    assert "Xuất bản khóa học" in page
    assert "bản phát hành: 3" in page
    assert "finance/a_b" not in here.get("/office/log?subject=finance%25").text
    assert here.get("/office/log?actor=%00&subject=%00").status_code == 400
    assert "Không có việc nào khớp" in here.get("/office/log?actor=nobody&before=abc").text


def test_every_deed_is_told_in_words(door: Enter, session: Session, now: datetime) -> None:
    audit.record(session, now, "quantri", "class.due", "L01", due="2026-12-05")
    audit.record(session, now, "quantri", "role.granted", "hocvien", role="author", scope="*")
    audit.record(session, now, "operator", "scores.exported", "finance/x", people=2, state="done", who="all")
    session.commit()
    page = door("thanhtra").get("/office/log").text
    assert "hạn: 05/12/2026" in page
    assert "vai trò: Người biên soạn; phạm vi: mọi lĩnh vực" in page
    assert "số người: 2; trạng thái: hoàn thành; ai: mọi người" in page
    assert "người vận hành hệ thống (operator)" in page


def test_every_word_kept_beside_a_deed_is_told_in_words(app: App) -> None:
    """What is handed on as `**detail` is not found here."""
    with app.test_request_context():
        told = log._labels()
    bare = {
        keyword.arg
        for path in (Path(log.__file__).parents[1]).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record"
        for keyword in call.keywords
        if keyword.arg and keyword.arg not in told
    }
    assert not bare


def test_every_action_of_the_code_has_words(app: App) -> None:
    """Whatever is recorded anywhere; an action built from parts is not found here, and is told by other tests."""
    kept = set[str]()
    for path in Path(audit.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call):
                continue
            if isinstance(call.func, ast.Attribute) and call.func.attr == "record" and len(call.args) > 3:
                kept.add(getattr(call.args[3], "value", ""))
            kept |= {getattr(each.value, "value", "") for each in call.keywords if each.arg == "action"}
    named = {one for one in kept if isinstance(one, str) and "." in one}
    assert {"report.scheduled", "marking.exported", "certificate.revoked"} <= named
    with app.test_request_context():
        assert [one for one in sorted(named) if log.action(one) == one] == []


def test_a_deed_kept_amiss_does_not_shut_the_log(door: Enter, session: Session, now: datetime) -> None:
    audit.record(session, now, "quantri", "class.due", "L01", due="soon", note=["a"])
    session.commit()
    assert "hạn: soon" in door("thanhtra").get("/office/log").text


def test_what_is_logged_is_shown_as_text(door: Enter, session: Session, now: datetime) -> None:
    audit.record(session, now, "<b>x</b>", "<i>did</i>", "<script>alert(1)</script>", note="<u>y</u>")
    session.commit()
    page = door("quantri").get("/office/log").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_others_do_not_know_of_the_log(door: Enter) -> None:
    for username in ("lanhdao", "giangvien", "hocvien"):
        assert door(username).get("/office/log").status_code == 404
