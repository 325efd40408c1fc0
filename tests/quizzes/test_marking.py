"""What is said of a paper once it is marked."""

from decimal import Decimal

from learning.content.model import Multiple, Option, Page, Quiz, Section
from learning.quizzes import marking, papers


def test_the_feedback_of_several_options_stands_apart():
    options = tuple(Option(key=key, html=key, right=True, feedback=f"Lời {key}.") for key in "12")
    asked = Multiple(id="nhieu", title="Nhiều", prompt="<p>Chọn</p>", options=options)
    quiz = Quiz(pass_percent=Decimal(50), sections=(Section(questions=(asked,)),))
    page = Page(slug="bai", id="bai", title="Bài", quiz=quiz)
    paper = papers.draw(page, "hat")
    both = [drawn for drawn, _ in paper[0]["options"]]

    def told(answer: list[str]) -> str:
        return marking.mark(page, paper, {"nhieu": answer}, Decimal(50)).items[0].feedback

    assert told(both) == "<p>Lời 1.</p><p>Lời 2.</p>"
    assert told(both[:1]) == "Lời 1."
