"""Branching scenarios: nodes, choices, endings, and every B fault at its line and column."""

from decimal import Decimal

from tests.content.pages import compile_page, places

HEAD = "---\nkind: scenario\ntitle: Tình huống\n---\n"


def story(text: str):
    page, faults = compile_page(HEAD + text, "10-tinh-huong.md")
    return page.scenario, places(faults)


GOOD = """## Đầu
Mã: dau

Chuyện **gì**?

- ( ) Đi tiếp -> cuoi ; điểm +1
  > Tốt.
- ( ) Bỏ → hong;điểm −1,5

## Cuối
**Mã:** cuoi
Kết thúc: đạt

## Hỏng
Id: hong
Ending: failed
"""


def test_a_scenario_is_read():
    scenario, faults = story(GOOD)
    assert faults == []
    first = scenario.nodes[0]
    assert (first.id, first.title, first.html) == ("dau", "Đầu", "<p>Chuyện <strong>gì</strong>?</p>")
    assert [(one.html, one.target, one.points, one.feedback) for one in first.choices] == [
        ("Đi tiếp", "cuoi", 1, "Tốt."),
        ("Bỏ", "hong", Decimal("-1.5"), ""),
    ]
    assert [node.ending for node in scenario.nodes] == ["", "passed", "failed"]


def test_a_dangling_choice_is_left_out():
    scenario, faults = story(GOOD.replace("-> cuoi", "-> dau-do"))
    assert faults == ["10:18 B001", "14:1 B002"]
    assert [choice.target for choice in scenario.nodes[0].choices] == ["hong"]


def test_a_choice_that_leads_nowhere_and_one_without_words():
    _, faults = story(
        GOOD.replace("Bỏ → hong;điểm −1,5", "-> hong ; điểm nhiều").replace(" -> cuoi ; điểm +1", "")
    )
    assert faults == ["10:14 B001", "12:7 F006", "12:7 Q016", "14:1 B002"]


def test_a_node_needs_a_way_on_or_an_ending():
    _, faults = story(GOOD.replace("Ending: failed\n", ""))
    assert faults == ["18:1 B003"]


def test_the_last_arrow_of_a_choice_leads_on_and_points_may_have_a_colon():
    scenario, faults = story(GOOD.replace("Đi tiếp -> cuoi ; điểm +1", "Từ A -> B rồi đi -> cuoi ; Điểm: +2"))
    assert faults == []
    choice = scenario.nodes[0].choices[0]
    assert (choice.html, choice.target, choice.points) == ("Từ A -&gt; B rồi đi", "cuoi", 2)


def test_an_ending_that_cannot_be_read_is_that_one_fault():
    _, faults = story(GOOD.replace("Kết thúc: đạt", "Kết thúc: xong").replace("Ending: failed", "Ending: x"))
    assert faults == ["16:11 F006", "20:9 F006"]


def test_a_scenario_without_its_only_ending_has_one_fault():
    _, faults = story("## A\nMã: a\n\n- ( ) b -> b\n\n## B\nMã: b\n\nHết.\n")
    assert faults == ["10:1 B003"]


def test_a_scenario_needs_an_ending():
    _, faults = story("## A\nMã: a\n\n- ( ) b -> b\n\n## B\nMã: b\n\n- ( ) a -> a\n")
    assert faults == ["5:1 B003"]


def test_a_circle_without_exit():
    circle = "\n## Vòng\nMã: vong\n\n- ( ) Lại -> vong\n"
    _, faults = story(GOOD.replace("-> hong", "-> vong").replace("→ hong", "-> vong") + circle)
    assert faults == ["18:1 B002", "22:1 B004"]


def test_ids_are_needed_once_each():
    _, faults = story(GOOD.replace("Id: hong", "Id: cuoi"))
    assert faults == ["12:12 B001", "18:1 Q002"]
    scenario, faults = story(GOOD.replace("Id: hong\n", ""))
    assert faults == ["18:1 F009"]
    assert scenario.nodes[2].id == "hong"


def test_an_empty_scenario():
    scenario, faults = story("Chưa có gì.\n")
    assert scenario is None
    assert faults == ["1:1 B003"]
