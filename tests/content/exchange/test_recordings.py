"""A lesson's recording on its way out and in."""

import pytest

from learning.content.exchange import aiken, common_cartridge, gift, markdown_zip
from learning.content.exchange.archives import read_zip
from learning.content.exchange.bank import Bank
from learning.content.exchange.reading import read_course
from tests import recordings
from tests.content.pages import HEAD, HOME

PATH = "audio/chao-dan.mp3"
LESSON = (
    f"{HEAD}\nNghe:\n\n![Mời bác ngồi]({PATH})\n\n## Câu hỏi\n\n"
    "### Ai nói?\nMã: a\n\n- (x) Cán bộ\n- ( ) Dân\n"
)


@pytest.fixture
def bank() -> Bank:
    files = {"course.md": HOME.encode(), "10-bai.md": LESSON.encode(), PATH: recordings.mp3()}
    return read_course(files, sources={})


def test_it_goes_out_and_comes_back_as_it_is_in_our_own_format(bank: Bank) -> None:
    data, skipped = markdown_zip.write(bank)
    assert not skipped
    again = markdown_zip.read(data)
    assert not again.skipped
    assert again.files == bank.files and again.media == {PATH: recordings.mp3()}


def test_a_cartridge_carries_it_with_its_player_and_its_words(bank: Bank) -> None:
    files = read_zip(common_cartridge.write(bank)[0])
    assert files[PATH] == recordings.mp3()
    page = next(data.decode() for path, data in files.items() if path.startswith("lessons/"))
    player = '<audio controls="controls" preload="none" src="../audio/chao-dan.mp3"></audio>'
    assert f"<figure>{player}<figcaption>Mời bác ngồi</figcaption></figure>" in page
    assert f'href="{PATH}"' in files["imsmanifest.xml"].decode()


@pytest.mark.parametrize("format_", [gift, aiken])
def test_formats_of_text_say_that_it_stays_behind(bank: Bank, format_) -> None:
    _, skipped = format_.write(bank)
    assert any(one.what == PATH and "ghi âm" in one.reason for one in skipped)
