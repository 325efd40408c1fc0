"""A serial cannot be guessed."""

from learning.certificates import serials
from tests.cast import Stage


def test_a_serial_holds_at_least_128_random_bits() -> None:
    assert len(set(serials.ALPHABET)) ** serials.LENGTH >= 2**128
    made = [serials.new_serial() for _ in range(1000)]
    assert len(set(made)) == 1000
    for place in range(serials.LENGTH):  # no place of it is fixed
        assert len({serial[place] for serial in made}) > 20


def test_a_thousand_random_serials_open_nothing(stage: Stage) -> None:
    guest = stage.visitor("anonymous")
    for _ in range(1000):
        assert guest.get(f"/api/v1/certificates/{serials.new_serial()}").status_code == 404
    known = stage.cast.serials["learner_u1"]
    neighbours = [known[:-1] + letter for letter in serials.ALPHABET if letter != known[-1]]
    for serial in neighbours:
        assert guest.get(f"/api/v1/certificates/{serial}").status_code == 404


def test_guessing_on_the_page_is_slowed_and_real_papers_never(stage: Stage) -> None:
    guest = stage.visitor("anonymous")
    codes = [guest.get(f"/verify/{serials.new_serial()}").status_code for _ in range(60)]
    assert set(codes) == {404, 429}
    assert guest.get("/verify/{serial_learner_u1}").status_code == 200
    waiting = guest.get(f"/verify/{serials.new_serial()}")
    assert int(waiting.headers["Retry-After"]) > 0
