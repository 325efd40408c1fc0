"""What the phone says of an answer is never what the server would not say: at most it is not sure."""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from learning.quizzes import grading, papers, travelling
from tests import make
from tests.quizzes import every_kind

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "unofficial.js"
JUDGE = f"""
const {{ verdict }} = await import({json.dumps(SCRIPT.as_uri())});
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const cases = JSON.parse(Buffer.concat(chunks).toString());
console.log(JSON.stringify(cases.map(({{ question, answer, key }}) => verdict(question, answer, key))));
"""
PAGE = make.lesson("bai-1", *every_kind.QUESTIONS, every_kind.written)
TYPED = (
    *("hóa đơn", "Hoá  Đơn.", "hoa don", "HÓA ĐƠN CANARY", "“hóa đơn”", "biên lai", "ba mươi", "30", "ba muoi", "..."),
    *("12.000", "12000", "12000,0", "12.000 đồng", "3.000", "12,5", "1.5", "-9000", "9.000", "4455", "0", "ba"),
)  # fmt: skip


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        missing = "no Node found: install Node.js to try the scripts of the pages without a browser"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def test_the_phone_agrees_with_the_server_wherever_it_is_sure(node: str) -> None:
    chance = random.Random(6)
    cases, official = [], []
    for seed in range(150):
        paper = papers.draw(PAGE, str(seed))
        shown = {question["id"]: question for question in papers.questions(paper, PAGE)}
        keys = travelling.keys(paper, PAGE, shown)
        known = papers.asked(paper, PAGE)
        for item in paper:
            id = item["question"]
            answer = an_answer(shown[id], keys[id], chance)
            graded = grading.grade(known[id], papers.to_keys(item, answer), values=papers.values(item))
            cases.append({"question": shown[id], "answer": answer, "key": keys[id]})
            official.append(graded.verdict)
    done = subprocess.run(
        [node, "--input-type=module", "-e", JUDGE], input=json.dumps(cases), capture_output=True, text=True, check=True
    )  # fmt: skip
    said = json.loads(done.stdout)
    wrong = [
        (case["question"]["kind"], case["answer"], case["key"].get("right"), ours, theirs)
        for case, ours, theirs in zip(cases, said, official, strict=True)
        if ours not in ("unsure", theirs)
    ]
    assert not wrong
    sure = {case["question"]["kind"] for case, ours in zip(cases, said, strict=True) if ours == "right"}
    assert sure == {question["kind"] for question in shown.values()} - {"written"}


def an_answer(question: dict[str, Any], key: dict[str, Any], chance: random.Random) -> Any:
    """The right one now and then, else anything that the page could send."""
    pick = chance.random()
    ids = [option["id"] for option in question.get("options", ())]
    match question["kind"]:
        case "single":
            return chance.choice([None, key["right"], *ids])
        case "multiple":
            return key["right"] if pick < 0.3 else chance.sample(ids, chance.randint(0, len(ids))) or None
        case "true-false":
            return chance.choice([None, True, False])
        case "order":
            return key["right"] if pick < 0.3 else chance.sample(ids, len(ids))
        case "match":
            right = [each["id"] for each in question["right"]]
            sides = question["left"][: chance.randint(0, len(question["left"]))]
            return key["right"] if pick < 0.3 else {one["id"]: chance.choice(right) for one in sides} or None
        case "gaps":
            chosen = [each["id"] for each in question["gaps"][1]["options"]]
            typed, option = chance.choice(TYPED), chance.choice(chosen)
            return key["right"] if pick < 0.3 else {"1": typed} if pick < 0.5 else {"1": typed, "2": option}
        case "number":
            right = f"{(key['low'] + key['high']) / 2:.4f}".replace(".", ",")
            return right if pick < 0.3 else chance.choice(TYPED)
        case _:
            return chance.choice([None, *TYPED])
