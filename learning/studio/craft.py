"""How each question did with learners, and where its wording gives the key away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import true

from learning.accounts.visitors import roles
from learning.content import craft
from learning.content.faults import Fault
from learning.content.model import Page, Single
from learning.library import catalogue, drafts
from learning.library.changes import asked_alike
from learning.library.models import DraftRow
from learning.quizzes import attempts, flags, items, papers, wording
from learning.quizzes.figures import FEWEST
from learning.quizzes.items import Item
from learning.quizzes.thirds import Choice
from learning.studio import queries
from learning.studio.desk import DEPARTMENT, blueprint, works_for
from learning.studio.places import editor
from learning.vietnamese import formats
from learning.web.context import db
from learning.web.i18n import gettext as _
from learning.web.i18n import language, ngettext

CHOOSERS = 3  # of an option, before anything is said of those who chose it


@dataclass(frozen=True)
class Bar:
    """An answer that could be given. `right` is None for none at all; `whom`: how those did who gave it."""

    html: Markup
    right: bool | None
    width: str
    text: str
    whom: str


@dataclass(frozen=True)
class QuestionLine:
    """A question with what is known of it. `figures`: (name, value); `remarks`: what asks for a second look."""

    title: str
    html: Markup
    attempts: str
    shown: bool
    figures: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    warnings: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]
    address: str
    earlier: tuple[str, ...]  # what its former versions did


@blueprint.get("/courses/<field>/<slug>/questions")
@roles(*DEPARTMENT)
def questions(field: str, slug: str) -> ResponseReturnValue:
    """The questions of one page (`?page=`) of the live course: those that ask for a second look first."""
    published = catalogue.live(db(), f"{field}/{slug}") if works_for(field) else None
    if published is None:
        abort(404)
    course = published.course
    pages = [page for page in (*course.pages, *([course.exam] if course.exam else [])) if page.quiz]
    asked = request.args.get("page", "")
    page = next((one for one in pages if one.slug == asked), pages[0] if pages else None)
    if asked and (page is None or page.slug != asked):
        abort(404)
    draft = drafts.open_draft(db(), course.id)
    found = items.analyse(db(), published, page, true()).items if page else ()
    drawn = _drawn(course.id, page) if page else {}
    lines = [] if page is None else _lines(page, [one for one in found if not one.retired], drawn, draft)
    return render_template(
        "studio/questions.html",
        title=course.title,
        pages=pages,
        page=page,
        lines=sorted(lines, key=lambda one: not (one.remarks or one.warnings)),
        looks=sum(bool(one.remarks or one.warnings) for one in lines),
        few=any(not one.shown for one in lines),
        fewest=FEWEST,
        field=field,
        slug=slug,
    )


# (question, words of an option, whether it was right) → how many chose it, and what they came to, in percent.
Drawn = Mapping[tuple[str, str, bool], tuple[int, float]]


def _drawn(course_id: str, page: Page) -> Drawn:
    """Over the releases that asked a question as it is asked now."""
    found: dict[tuple[str, str, bool], tuple[int, float]] = {}
    now = papers.by_id(page)
    for release_id, id_, response, count, percent in queries.choosers(
        db(), course_id, attempts.quiz_key(page)
    ):
        course = catalogue.release(db(), release_id).course
        pages = (*course.pages, *([course.exam] if course.exam else []))
        every = (one for page in pages if page.quiz for one in page.quiz.questions if one.id == id_)
        question, key = next(every, None), msgspec.json.decode(response)
        if question is None or id_ not in now or not asked_alike(question, now[id_]):
            continue
        for option in question.options if isinstance(question, Single) else ():
            if option.key == key:
                place = (id_, option.html, option.right)
                before, mean = found.get(place, (0, 0.0))
                total = before + count
                found[place] = (total, (mean * before + percent * count) / total)
    return found


def _lines(page: Page, found: Sequence[Item], drawn: Drawn, draft: DraftRow | None) -> list[QuestionLine]:
    places = {question.id: question.line for question in page.quiz.questions} if page.quiz else {}
    said: dict[int, list[Fault]] = {}
    for fault in craft.remarks(page, language()):
        said.setdefault(fault.line, []).append(fault)
    return [
        _line(one, said.get(places.get(one.id, -1), []), drawn, _address(page, places.get(one.id, 0), draft))
        for one in found
    ]


def _address(page: Page, line: int, draft: DraftRow | None) -> str:
    return "" if draft is None else editor(draft, page.path, line)


def _line(one: Item, faults: Sequence[Fault], drawn: Drawn, address: str) -> QuestionLine:
    count = one.figures.attempts
    shown = count >= FEWEST
    return QuestionLine(
        one.title,
        Markup(one.html),  # noqa: S704  (sanitised when it was compiled)
        ngettext("%(num)d người trả lời", "%(num)d người trả lời", count),
        shown,
        _figures(one) if shown else (),
        tuple(wording.flag(flag) for flag in flags.flags(one.kind, one.figures, one.choices, one.held[0])),
        tuple((fault.message, fault.remedy) for fault in faults),
        tuple(_bars(one, drawn)) if shown else (),
        address,
        tuple(wording.earlier(version) for version in one.earlier),
    )


def _figures(one: Item) -> tuple[tuple[str, str], ...]:
    figures = one.figures
    return tuple(
        (name, "–" if value is None else formats.percent(value))
        for name, value in (
            (_("Điểm bình quân"), figures.facility),
            (_("Độ phân biệt"), figures.discrimination_index),
            (_("Đoán mò được"), figures.guess_score),
        )
    )


def _bars(one: Item, drawn: Drawn) -> list[Bar]:
    return [
        Bar(
            Markup(choice.html),  # noqa: S704  (as above)
            choice.right,
            f"{0 if choice.percent is None else min(choice.percent, 100):.4g}%",
            _(
                "%(n)s người · %(share)s",
                n=choice.chosen,
                share="–" if choice.percent is None else formats.percent(choice.percent, 0),
            ),
            _whom(one, choice, drawn),
        )
        for choice in one.choices
    ]


def _whom(one: Item, choice: Choice, drawn: Drawn) -> str:
    """What those who chose an option came to in the whole quiz; "" for too few of them, or where several are chosen."""
    count, percent = drawn.get((one.id, choice.html, choice.right), (0, 0.0))
    if count < CHOOSERS:
        return ""
    return _("bài của họ bình quân %(percent)s", percent=formats.percent(percent, 0))
