from learning.vietnamese.verdicts import without_verdict


def test_feedback_does_not_say_the_verdict_twice() -> None:
    assert (
        without_verdict("<p>Chưa đúng: người ký thay không có quyền.</p>")
        == "<p>Người ký thay không có quyền.</p>"
    )
    assert without_verdict("Đúng: ổn.") == "Ổn."
    assert without_verdict("<p>Đúng lúc thì mới chi.</p>") == "<p>Đúng lúc thì mới chi.</p>"
