from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from learning.accounts import grants, passwords, people, sessions, signin, throttle
from learning.accounts.models import Person, SigninFailure, SigninSession
from learning.accounts.sessions import Opened
from learning.database import Database
from tests.accounts.conftest import PASSWORD


def enter(
    database: Database, now: datetime, username: str = "nguyen.an", password: str = PASSWORD,
    address: str = "10.0.0.1", demo: bool = False,
) -> Opened:  # fmt: skip
    return signin.sign_in(
        database, now, username=username, password=password, address=address, kind="browser", demo=demo
    )


def fail(
    database: Database, now: datetime, times: int, username: str = "nguyen.an", address: str = "10.0.0.1"
) -> None:
    with database.writing() as session:
        for _ in range(times):
            throttle.record(session, now, throttle.account_of(username), address)


def test_the_right_password_opens_a_session_of_fourteen_days_and_only_its_hash_is_kept(
    database: Database, now: datetime, person: Person
) -> None:
    opened = enter(database, now, " NGUYEN.An ")
    assert opened.person_id == person.id and opened.expires_at == now + timedelta(days=14)
    with database.reading() as session:
        [kept] = session.scalars(select(SigninSession))
        assert kept.token_hash == sessions.hash_of(opened.token) != opened.token


@pytest.mark.parametrize("username", ["nguyen.an", "khong.co", "", "x" * 5000, "a\x00b"[:1]])
def test_a_wrong_password_and_an_unknown_name_are_refused_alike_with_one_comparison(
    database: Database, now: datetime, person: Person, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    monkeypatch.setattr(passwords, "matches", lambda kept, given: bool(compared.append(kept)))
    with pytest.raises(signin.RefusedError):
        enter(database, now, username, "sai bét rồi")
    assert len(compared) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SigninFailure)) == 1


def test_without_a_password_nobody_enters_even_by_the_hash_of_nobody(
    database: Database, now: datetime
) -> None:
    with database.writing() as session:
        people.add(session, now, username="moi", full_name="Người Mới")
    for guess in ("", "moi", "AAAAAAAA"):
        with pytest.raises(signin.RefusedError):
            enter(database, now, "moi", guess)


def test_five_failures_of_an_account_make_it_wait_ever_longer_and_a_success_forgets_them(
    database: Database, now: datetime, person: Person
) -> None:
    fail(database, now, 4)
    with pytest.raises(signin.RefusedError):
        enter(database, now, password="sai bét rồi")
    with pytest.raises(throttle.TooManyError) as first:
        enter(database, now)
    assert first.value.retry_after == 30
    later = now + timedelta(seconds=30)
    with pytest.raises(signin.RefusedError):
        enter(database, later, password="sai bét rồi")
    with pytest.raises(throttle.TooManyError) as second:
        enter(database, later)
    assert second.value.retry_after == 60
    enter(database, later + timedelta(seconds=60))
    enter(database, later + timedelta(seconds=60))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SigninFailure)) == 0


def test_a_name_nobody_has_is_slowed_just_the_same(database: Database, now: datetime, person: Person) -> None:
    fail(database, now, 5, "khong.co")
    with pytest.raises(throttle.TooManyError):
        enter(database, now, "khong.co")


def test_failures_are_forgotten_after_a_quarter_of_an_hour(
    database: Database, now: datetime, person: Person
) -> None:
    fail(database, now, 20)
    enter(database, now + timedelta(minutes=15))


def test_an_office_behind_one_address_is_never_shut_out(
    database: Database, now: datetime, person: Person
) -> None:
    for colleague in range(39):
        fail(database, now, 4, f"dong.nghiep.{colleague}")
    enter(database, now)
    fail(database, now, 100, "ai.do")
    with pytest.raises(throttle.TooManyError) as slowed:
        enter(database, now)
    assert slowed.value.retry_after <= 2
    enter(database, now + timedelta(seconds=2))
    enter(database, now, address="10.0.0.2")


def test_of_many_guesses_at_once_only_five_are_answered(
    database: Database, now: datetime, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "matches", lambda kept, given: given == PASSWORD)

    def guess(number: int) -> str:
        try:
            enter(database, now, password=PASSWORD if number == 15 else f"sai lần {number}")
        except (signin.RefusedError, throttle.TooManyError) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(guess, range(16)))
    assert said.count("RefusedError") <= 5
    assert said.count("RefusedError") + said.count("TooManyError") + said.count("in") == 16


def test_the_demo_password_opens_nothing_outside_the_demo(
    database: Database, now: datetime, person: Person
) -> None:
    with database.writing() as session:
        people.set_password_hash(session, now, person.id, passwords.hash_password(passwords.DEMO_PASSWORD))
    enter(database, now, password=passwords.DEMO_PASSWORD, demo=True)
    with pytest.raises(signin.RefusedError):
        enter(database, now, password=passwords.DEMO_PASSWORD)


def test_a_person_shut_out_while_comparing_does_not_enter(
    database: Database, now: datetime, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(kept: str, given: str) -> bool:
        with database.writing() as session:
            people.disable(session, now, session.get_one(Person, person.id), actor="quantri")
        return True

    monkeypatch.setattr(passwords, "matches", slow)
    with pytest.raises(signin.RefusedError):
        enter(database, now)


def running(database: Database, now: datetime, person: Person) -> int:
    with database.reading() as session:
        return len(sessions.running(session, now, person.id))


def test_a_new_password_ends_the_other_sessions(database: Database, now: datetime, person: Person) -> None:
    mine, other = enter(database, now), enter(database, now)
    assert running(database, now, person) == 2
    change = {
        "person_id": person.id,
        "address": "",
        "session_hash": sessions.hash_of(mine.token),
        "demo": False,
    }
    with pytest.raises(signin.RefusedError):
        signin.change_password(database, now, current="sai bét rồi", new="ba gian nhà lá", **change)  # type: ignore[arg-type]
    with pytest.raises(passwords.WeakError):
        signin.change_password(database, now, current=PASSWORD, new="12345678", **change)  # type: ignore[arg-type]
    assert running(database, now, person) == 2
    signin.change_password(database, now, current=PASSWORD, new="ba gian nhà lá", **change)  # type: ignore[arg-type]
    with database.reading() as session:
        [left] = sessions.running(session, now, person.id)
        assert left.token_hash == sessions.hash_of(mine.token) != sessions.hash_of(other.token)
    enter(database, now, password="ba gian nhà lá")
    with pytest.raises(signin.RefusedError):
        enter(database, now)


def test_a_change_of_roles_or_being_shut_out_ends_every_session(
    database: Database, now: datetime, person: Person
) -> None:
    enter(database, now)
    with database.writing() as session:
        someone = session.get_one(Person, person.id)
        assert grants.grant(session, now, someone, "unit_head", "21583", actor="quantri")
        assert not grants.grant(session, now, someone, "unit_head", "21583", actor="quantri")
    assert running(database, now, person) == 0
    enter(database, now)
    with database.writing() as session:
        someone = session.get_one(Person, person.id)
        assert grants.revoke(session, now, someone, "unit_head", "21583", actor="quantri")
        assert not grants.revoke(session, now, someone, "unit_head", "21583", actor="quantri")
    assert running(database, now, person) == 0
    enter(database, now)
    with database.writing() as session:
        people.disable(session, now, session.get_one(Person, person.id), actor="quantri")
    assert running(database, now, person) == 0
    with pytest.raises(signin.RefusedError):
        enter(database, now)


@pytest.mark.parametrize(("role", "scope"), [("king", ""), ("author", ""), ("administrator", "finance")])
def test_a_role_or_scope_that_makes_no_sense_is_refused(
    database: Database, now: datetime, person: Person, role: str, scope: str
) -> None:
    with database.writing() as session, pytest.raises(ValueError):
        grants.grant(session, now, session.get_one(Person, person.id), role, scope, actor="quantri")
