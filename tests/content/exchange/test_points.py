"""What a question is worth, as other systems say it."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from learning.content.exchange import formats
from learning.content.exchange.bank import Bank, BankQuestion
from tests.content.exchange.banks import bank
from tests.content.exchange.test_ids import SAMPLES, through

CARRY = ("moodle-xml", "qti", "common-cartridge")


def worth(of: Bank) -> list[Decimal]:
    return [one.points for lesson in of.lessons for one in lesson.questions]


@pytest.mark.parametrize("name", CARRY)
def test_a_question_without_points_is_told(name: str) -> None:
    asked = [replace(SAMPLES["single"], points=Decimal(points)) for points in (0, 2, 0)]
    read = through(name, bank(*asked))
    assert worth(read) == [Decimal(1), Decimal(2), Decimal(1)]
    (warning,) = read.warnings
    assert "0 điểm" in warning and "(2 lần)" in warning
    assert not through(name, bank(asked[1])).warnings


def test_gaps_without_points_are_worth_what_their_gaps_are() -> None:
    gaps: BankQuestion = SAMPLES["gaps"]
    read = through("moodle-xml", bank(replace(gaps, points=Decimal(0))))
    assert worth(read) == [Decimal(1)]
    assert read.warnings


def test_a_question_that_says_nothing_of_points_is_worth_one_and_nothing_is_told() -> None:
    data, _ = formats.write("moodle-xml", bank(SAMPLES["single"]))
    read = formats.read("moodle-xml", re.sub(rb"<defaultgrade>[^<]*</defaultgrade>", b"", data))
    assert worth(read) == [Decimal(1)]
    assert not read.warnings
