from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person, RoleGrant, SigninCode
from learning.audit import AuditEntry
from learning.certificates.models import Certificate
from tests import make
from tests.office.conftest import Door

Enter = Callable[[str], Door]


@pytest.fixture
def certificate(session: Session, cast: SimpleNamespace) -> Certificate:
    published = make.publish(session)
    made = Certificate(
        serial="7QK4ZM2D8R1XVT90HJ5P3CWNGA",
        person_id=cast.learner.id,
        course_id="finance/sample",
        release_id=published.release_id,
        current=True,
        holder="Nguyễn Thị Ánh Tuyết",
        unit="Phường Quy Nhơn",
        course="Thu – chi ngân sách cấp xã",
        issuer="Sở Tài chính",
        release=1,
        lessons=2,
        hours=None,
        score=Decimal(90),
        started_on=date(2026, 11, 1),
        completed_on=date(2026, 11, 2),
        issued_at=datetime(2026, 11, 2, tzinfo=UTC),
        issued_on=date(2026, 11, 2),
        expires_on=None,
        revoked_at=None,
    )
    session.add(made)
    session.commit()
    return made


def test_a_unit_head_finds_own_people_in_the_order_of_given_names(door: Enter) -> None:
    page = door("lanhdao").get("/office").text
    names = ["Trần Đức Ẩm", "Lê Thị Lãnh", "Võ Biên Tập", "Nguyễn Thị Ánh Tuyết"]
    places = [page.index(name) for name in names]
    assert places == sorted(places)
    assert "Đặng Văn Bình" not in page


def test_an_administrator_finds_the_whole_province(door: Enter) -> None:
    page = door("quantri").get("/office").text
    assert "Đặng Văn Bình" in page
    assert "Trần Đức Ẩm" in page


@pytest.mark.parametrize("words", ["tran duc am", "ĐỨC ẨM", "CB-dongnghiep", "dongnghiep"])
def test_a_person_is_found_with_or_without_marks(door: Enter, words: str) -> None:
    page = door("lanhdao").get("/office", query_string={"q": words}).text
    assert "Trần Đức Ẩm" in page
    assert "Nguyễn Thị Ánh Tuyết" not in page


def test_searching_reaches_no_further_than_seeing(door: Enter) -> None:
    for query in (
        {"q": "binh"},
        {"unit": "23677"},
        {"q": "%"},
        {"q": "binh\0"},
        {"unit": "\0"},
        {"after": "0-0"},
        {"after": "x' OR 1=1"},
    ):
        assert "Đặng Văn Bình" not in door("lanhdao").get("/office", query_string=query).text


def test_pages_follow_each_other_without_gap_or_double(
    door: Enter, session: Session, cast: SimpleNamespace
) -> None:
    for number in range(70):
        make.person(
            session, f"nguoi{number:03}", f"Lê Văn {'An' if number % 2 else 'Ổn'}", unit=cast.quy_nhon
        )
    session.commit()
    here, address, seen = door("lanhdao"), "/office", []
    while address:
        tree = make_tree(here.get(address).text)
        seen += [link.get("href") for link in tree.findall(".//table//a")]
        following = [link.get("href") for link in tree.findall(".//nav//a") if link.text == "Trang sau"]
        address = following[0] if following else ""
    assert len(seen) == len(set(seen)) == 74


def make_tree(text: str):  # type: ignore[no-untyped-def]
    from html5lib import parse

    return parse(text, namespaceHTMLElements=False)


@pytest.mark.parametrize("username", ["hocvien", "bientap"])
def test_who_has_no_seat_at_the_desk_does_not_know_of_it(
    door: Enter, cast: SimpleNamespace, username: str
) -> None:
    here = door(username)
    for page in (
        "",
        f"/people/{cast.learner.id}",
        "/classes",
        "/classes/new",
        "/classes/1",
        "/log",
        "/roster",
    ):
        assert here.get(f"/office{page}").status_code == 404


def test_trainers_and_inspectors_are_led_to_their_own_page(door: Enter) -> None:
    assert door("giangvien").get("/office").headers["Location"] == "/office/classes"
    assert door("thanhtra").get("/office").headers["Location"] == "/office/log"


def test_a_head_does_not_know_people_elsewhere(door: Enter, cast: SimpleNamespace) -> None:
    here = door("lanhdao")
    assert here.get(f"/office/people/{cast.learner.id}").status_code == 200
    assert here.get(f"/office/people/{cast.stranger.id}").status_code == 404
    assert here.send(f"/office/people/{cast.stranger.id}/code").status_code == 404


def test_being_their_trainer_gives_a_head_no_hand_in_accounts(
    door: Enter, session: Session, cast: SimpleNamespace
) -> None:
    session.add(RoleGrant(person_id=cast.head.id, role="trainer", scope=""))
    make.training_class(session, cast.head, [cast.stranger])
    session.commit()
    here = door("lanhdao")
    assert "Đặng Văn Bình" not in here.get("/office").text
    assert here.send(f"/office/people/{cast.stranger.id}/code").status_code == 404


def test_a_code_is_shown_once_and_opens_the_account(
    door: Enter, session: Session, cast: SimpleNamespace
) -> None:
    here = door("lanhdao")
    slip = here.send(f"/office/people/{cast.learner.id}/code")
    assert slip.status_code == 200
    assert "no-store" in slip.headers["Cache-Control"]
    code = make_tree(slip.text).find(".//p[@class='slip-code num']").text
    assert code not in here.get(f"/office/people/{cast.learner.id}").text
    assert session.scalar(select(func.count()).select_from(SigninCode)) == 1
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.action, entry.subject) == ("lanhdao", "signin.code_issued", "hocvien")
    assert code not in str(entry.detail)


@pytest.mark.parametrize("whom", ["head", "author"])
def test_a_head_makes_no_code_for_self_or_for_greater_rights(
    door: Enter, session: Session, cast: SimpleNamespace, whom: str
) -> None:
    person = getattr(cast, whom)
    here = door("lanhdao")
    assert "Cấp mã đăng nhập một lần" not in here.get(f"/office/people/{person.id}").text
    assert here.send(f"/office/people/{person.id}/code").status_code == 404
    assert session.scalar(select(func.count()).select_from(SigninCode)) == 0


def test_only_an_administrator_changes_accounts_and_roles(
    door: Enter, session: Session, cast: SimpleNamespace
) -> None:
    here = door("lanhdao")
    one = cast.learner.id
    assert here.send(f"/office/people/{one}/account", active="no").status_code == 404
    assert here.send(f"/office/people/{one}/roles", role="administrator:").status_code == 404
    assert here.send(f"/office/people/{one}/roles/removal", role="learner:").status_code == 404
    session.expire_all()
    assert session.get_one(Person, one).active


def test_locking_an_account_ends_its_sessions_and_can_be_undone(
    door: Enter, session: Session, cast: SimpleNamespace
) -> None:
    learner, here, one = door("hocvien"), door("quantri"), cast.learner.id
    assert learner.get("/me").status_code == 200
    for _ in range(2):  # pressing twice does no more
        assert here.send(f"/office/people/{one}/account", active="no").status_code == 303
    assert learner.get("/me").status_code in (302, 303)
    assert here.send(f"/office/people/{one}/account", active="yes").status_code == 303
    session.expire_all()
    assert session.get_one(Person, one).active
    query = select(AuditEntry.action).where(AuditEntry.subject == "hocvien").order_by(AuditEntry.id)
    actions = session.scalars(query).all()
    assert [action for action in actions if action.startswith("person.")] == [
        "person.disabled",
        "person.enabled",
    ]


def test_an_administrator_cannot_lock_the_own_door(door: Enter, cast: SimpleNamespace) -> None:
    here, one = door("quantri"), cast.administrator.id
    assert here.send(f"/office/people/{one}/account", active="no").status_code == 404
    assert here.send(f"/office/people/{one}/roles/removal", role="administrator:").status_code == 404
    assert here.send(f"/office/people/{one}/code").status_code == 404


def test_a_role_is_given_and_taken(door: Enter, session: Session, cast: SimpleNamespace) -> None:
    make.publish(session)
    session.commit()
    here, one = door("quantri"), cast.learner.id

    def held() -> set[tuple[str, str]]:
        grants = session.scalars(select(RoleGrant).where(RoleGrant.person_id == one))
        found = {(grant.role, grant.scope) for grant in grants}
        session.rollback()  # this session holds the write lock as long as it looks
        return found

    assert here.send(f"/office/people/{one}/roles", role="author:finance").status_code == 303
    assert held() == {("learner", ""), ("author", "finance")}
    assert here.send(f"/office/people/{one}/roles/removal", role="author:finance").status_code == 303
    assert held() == {("learner", "")}


@pytest.mark.parametrize(
    "role", ["god:", "author:", "author:nowhere", "unit_head:23677", "", "administrator:x"]
)
def test_a_role_that_is_not_offered_is_refused(
    door: Enter, session: Session, cast: SimpleNamespace, role: str
) -> None:
    reply = door("quantri").send(f"/office/people/{cast.learner.id}/roles", role=role)
    assert reply.status_code == 422
    grants = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == cast.learner.id)).all()
    assert grants == ["learner"]


def test_revoking_a_certificate_needs_a_reason_that_strangers_read(
    door: Enter, cast: SimpleNamespace, certificate: Certificate
) -> None:
    here = door("quantri")
    address = f"/office/certificates/{certificate.serial}/revocation"
    assert "Thu hồi là vĩnh viễn" in here.get(address).text
    refused = here.send(address, address, reason=" ")
    assert refused.status_code == 422
    assert "Hãy ghi lý do" in refused.text
    assert "Còn hiệu lực" in here.get(f"/verify/{certificate.serial}").text
    for _ in range(2):
        assert here.send(address, reason="Cấp nhầm người").status_code == 303
    page = here.get(f"/verify/{certificate.serial}").text
    assert "Đã thu hồi" in page
    assert "Cấp nhầm người" in page


def test_only_an_administrator_revokes(door: Enter, certificate: Certificate) -> None:
    address = f"/office/certificates/{certificate.serial}/revocation"
    assert door("lanhdao").get(address).status_code == 404
    assert door("thanhtra").send(address, reason="không có quyền").status_code == 404


def test_every_deed_needs_the_token(door: Enter, cast: SimpleNamespace, certificate: Certificate) -> None:
    here, one = door("quantri").client, cast.learner.id
    for deed in (
        f"people/{one}/code",
        f"people/{one}/account",
        f"people/{one}/roles",
        f"people/{one}/roles/removal",
        f"certificates/{certificate.serial}/revocation",
        "classes/new",
        "roster",
        "roster/import",
    ):
        assert here.post(f"/office/{deed}", data={"active": "no", "role": "learner:"}).status_code == 400
