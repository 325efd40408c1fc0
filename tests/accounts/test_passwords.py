import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.accounts import passwords
from learning.accounts.passwords import WeakError, demand_strong, hash_password, matches


def test_a_password_matches_itself_however_the_keyboard_composed_it() -> None:
    kept = hash_password("đường về nhà")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert matches(kept, unicodedata.normalize("NFD", "đường về nhà"))
    assert not matches(kept, "đường về nha")


def test_without_a_password_nothing_matches_and_the_same_work_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    class Counting:
        def verify(self, kept: str, given: str) -> bool:
            seen.append(kept)
            return True

    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert not matches("", "whatever it is")
    assert not matches("a hash", "x" * (passwords.LONGEST + 1))
    assert matches("a hash", "x" * passwords.LONGEST)
    assert len(seen) == 3 and seen[0] == passwords._NOBODY


def test_the_hash_of_nobody_costs_what_a_real_one_costs() -> None:
    assert passwords._NOBODY.split("$")[1:4] == hash_password("anything at all").split("$")[1:4]
    assert not passwords._hasher.check_needs_rehash(passwords._NOBODY)
    assert not matches(passwords._NOBODY, "")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("ngắn quá"[:7], "short"),
        ("a" * 201, "long"),
        ("12345678", "common"),
        ("01/01/1990", "common"),
        ("password", "common"),
        ("Password@123", "common"),
        ("Mật khẩu 123", "common"),
        ("MatKhau@2026", "common"),
        ("anhyeuem", "common"),
        ("aaaaaaaaaa", "common"),
        ("qwertyui", "common"),
        ("1q2w3e4r", "common"),
        ("bondarenko", "common"),
        ("Rush 2112", "common"),
        ("nguyen.binh", "username"),
        ("Nguyen.Binh2026", "username"),
        ("camtay-demo", "demo"),
    ],
)
def test_first_guesses_are_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(WeakError) as refused:
        demand_strong(password, username="nguyen.binh")
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "password",
    ["con trâu cày", "liverpool về nhì", "sáng nay mưa", "tRfr8-zz!q", "          dài và rộng", "хорошо-мир"],
)
def test_any_eight_characters_nobody_guesses_will_do(password: str) -> None:
    demand_strong(password, username="nguyen.binh")


@settings(max_examples=50)
@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_is_judged_without_an_error(password: str, username: str) -> None:
    try:
        demand_strong(password, username=username)
    except WeakError as weak:
        assert weak.reason in ("short", "long", "common", "username", "demo")


def test_the_demo_password_is_good_in_the_demo() -> None:
    demand_strong(passwords.DEMO_PASSWORD, username="hocvien", demo=True)
