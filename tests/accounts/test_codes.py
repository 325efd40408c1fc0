from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from learning.accounts import codes, grants, passwords, people, sessions, signin, throttle
from learning.accounts.models import Person, SigninCode
from learning.accounts.sessions import Opened
from learning.audit import AuditEntry
from learning.database import Database
from tests.accounts.conftest import PASSWORD

NEW = "mưa rơi trên mái tôn"


@pytest.fixture
def newcomer(database: Database, now: datetime) -> Person:
    with database.writing() as session:
        return people.add(session, now, username="moi", full_name="Rơ Châm H'Yên")


def issue(database: Database, now: datetime, person: Person) -> str:
    with database.writing() as session:
        return codes.issue(session, now, person_id=person.id, issued_by=person.id, actor="lanhdao")


def redeem(
    database: Database, now: datetime, code: str, username: str = "moi", password: str = NEW
) -> Opened:
    return codes.redeem(
        database, now, username=username, code=code, password=password, address="10.0.0.1", demo=False
    )


def test_a_code_sets_a_password_once_and_begins_a_session(
    database: Database, now: datetime, newcomer: Person
) -> None:
    code = issue(database, now, newcomer)
    assert len(code) == 11 and code[5] == "-"
    opened = redeem(database, now, f" {code.lower().replace('-', ' ')} ", "MOI")
    assert opened.person_id == newcomer.id
    with pytest.raises(signin.RefusedError):
        redeem(database, now, code)
    with database.reading() as session:
        [kept] = session.scalars(select(SigninCode))
        assert code not in kept.code_hash and kept.used_at == now
        assert passwords.matches(session.get_one(Person, newcomer.id).password_hash, NEW)
        said = str([(entry.action, entry.detail) for entry in session.scalars(select(AuditEntry))])
        assert "signin.code_issued" in said and "signin.code_used" in said and code not in said


def test_a_code_ends_with_its_week_and_with_the_next_code(
    database: Database, now: datetime, newcomer: Person
) -> None:
    first = issue(database, now, newcomer)
    second = issue(database, now, newcomer)
    with pytest.raises(signin.RefusedError):
        redeem(database, now, first)
    with pytest.raises(signin.RefusedError):
        redeem(database, now + codes.LIFETIME, second)
    redeem(database, now + codes.LIFETIME - timedelta(seconds=1), second)


def test_a_weak_password_leaves_the_code_unused(database: Database, now: datetime, newcomer: Person) -> None:
    code = issue(database, now, newcomer)
    with pytest.raises(passwords.WeakError):
        redeem(database, now, code, password="12345678")
    redeem(database, now, code)


def test_a_code_opens_only_its_own_account_and_not_that_of_someone_shut_out(
    database: Database, now: datetime, newcomer: Person, person: Person
) -> None:
    code = issue(database, now, newcomer)
    for username in ("nguyen.an", "khong.co"):
        with pytest.raises(signin.RefusedError):
            redeem(database, now, code, username)
    with database.writing() as session:
        people.disable(session, now, session.get_one(Person, newcomer.id), actor="quantri")
    with pytest.raises(signin.RefusedError):
        redeem(database, now, code)


def test_guessing_codes_is_slowed_like_guessing_passwords(
    database: Database, now: datetime, newcomer: Person
) -> None:
    code = issue(database, now, newcomer)
    for _ in range(5):
        with pytest.raises(signin.RefusedError):
            redeem(database, now, codes.new_code())
    with pytest.raises(throttle.TooManyError):
        redeem(database, now, code)
    redeem(database, now + timedelta(seconds=30), code)


def test_one_code_sent_many_times_at_once_is_used_once(
    database: Database, now: datetime, newcomer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = issue(database, now, newcomer)
    monkeypatch.setattr(passwords, "matches", lambda kept, given: True)
    monkeypatch.setattr(passwords, "hash_password", lambda password: f"hash of {password}")

    def use(number: int) -> bool:
        try:
            redeem(database, now, code, password=f"mật khẩu của lần {number}")
        except (signin.RefusedError, throttle.TooManyError):
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1
    with database.reading() as session:
        assert len(sessions.running(session, now, newcomer.id)) == 1


def test_a_new_password_voids_the_codes_still_about(
    database: Database, now: datetime, person: Person
) -> None:
    code = issue(database, now, person)
    signin.change_password(
        database, now, person_id=person.id, current=PASSWORD, new=NEW, address="", session_hash="", demo=False
    )
    with pytest.raises(signin.RefusedError):
        redeem(database, now, code, "nguyen.an")


@pytest.mark.parametrize("what", ["promoted", "issuer demoted", "issuer shut out", "shut out and let in"])
def test_a_code_ends_with_what_it_was_issued_on(
    database: Database, now: datetime, newcomer: Person, what: str
) -> None:
    """A head who keeps a code does not enter a desk given since, nor after being a head no more."""
    with database.writing() as session:
        head = people.add(session, now, username="lanhdao", full_name="Lê Thị Lãnh")
        grants.grant(session, now, head, "unit_head", "21583", actor="quantri")
        code = codes.issue(session, now, person_id=newcomer.id, issued_by=head.id, actor="lanhdao")
    with database.writing() as session:
        held, issuer = session.get_one(Person, newcomer.id), session.get_one(Person, head.id)
        match what:
            case "promoted":
                assert grants.grant(session, now, held, "administrator", actor="quantri")
            case "issuer demoted":
                assert grants.revoke(session, now, issuer, "unit_head", "21583", actor="quantri")
            case "issuer shut out":
                people.disable(session, now, issuer, actor="quantri")
            case _:
                people.disable(session, now, held, actor="quantri")
                people.enable(session, now, held, actor="quantri")
    with pytest.raises(signin.RefusedError):
        redeem(database, now, code)


def test_a_code_outlives_what_changes_nothing_about_it(
    database: Database, now: datetime, newcomer: Person
) -> None:
    code = issue(database, now, newcomer)
    with database.writing() as session:
        other = people.add(session, now, username="khac", full_name="Người Khác")
        grants.grant(session, now, other, "unit_head", "21583", actor="quantri")
        grants.revoke(session, now, other, "unit_head", "21583", actor="quantri")
        grants.grant(session, now, session.get_one(Person, newcomer.id), "learner", actor="quantri")
        people.disable(session, now, other, actor="quantri")
    redeem(database, now, code)


def test_marks_piled_up_in_a_name_take_no_time() -> None:
    """Composing takes the square of their number: a page of them would take a minute."""
    name = "a" + "\u0301\u0323" * 400_000
    assert people.username_form(f" {name} ") == name
    assert people.username_form("A\u0301n") == "\u00e1n"
