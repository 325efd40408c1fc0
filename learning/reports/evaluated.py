"""What came of asking about a course: response, answers, ratings, gain and use at work, never of a person."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from learning.accounts import export, looks
from learning.accounts.visitors import Visitor, roles, visitor
from learning.content.model import Course
from learning.evaluation import awaiting, kept, results, wording
from learning.evaluation.asking import OPEN_DAYS
from learning.evaluation.results import GroupLine, Rate, Report, Tally
from learning.evaluation.seats import Sight
from learning.evaluation.suppression import LEAST
from learning.organisation import visibility
from learning.progress import scores
from learning.reports import charts, opinions
from learning.reports.desk import PLANNERS, blueprint, published
from learning.vietnamese import formats
from learning.vietnamese.folding import fold
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _
from learning.web.sheets import Cell, Column, Sheet

ACTING = ("trainer", "unit_head")  # who acts on answers that do not come, and so knows of whom
TABLES = ("figures", "groups", "awaited")
SORTS = ("name", "rate")
_CURSOR = re.compile(r"([0-9a-z]{0,500})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """The filter as the address has it."""

    unit: str = ""
    class_code: str = ""
    words: str = ""
    sort: str = "name"

    def values(self, **changed: str) -> dict[str, Any]:
        given = {"unit": self.unit, "class": self.class_code, "q": self.words, "sort": self.sort, **changed}
        return {name: value or None for name, value in given.items() if (name, value) != ("sort", "name")}


@blueprint.get("/courses/<field>/<slug>/evaluation")
@roles(*scores.READERS)
def evaluation(field: str, slug: str) -> ResponseReturnValue:
    course = published(db(), field, slug).course
    asked = _read(request.args)
    sight = _sight(db(), course, asked)
    whole, report = _reports(db(), course, sight)
    after = _after(request.args.get("after", ""))
    late, following = _late(db(), course, sight, after)
    if late:
        looks.seen({one.person_id for one in late}, "table", course.id)
    survey = [*opinions.scales(report), *opinions.missing(course, report), opinions.texts(report)]
    rated = opinions.rated(course, report)
    return render_template(
        "reports/evaluation.html",
        course=course,
        field=field,
        slug=slug,
        asked=asked,
        by=sight.by,
        answer=_answer(report),
        rates=opinions.rates(report),
        survey=survey,
        unsaid=survey[0].said if all(block.said for block in survey) else "",
        ratings=opinions.ratings(course, report),
        rated=rated,
        any_rated=any(counts is not None for _title, _people, counts in rated),
        rating_steps=[words for _step, words in wording.ratings()],
        has_pretest=results.pretest_of(course) is not None and course.exam is not None,
        gain=opinions.gain(report),
        follow_ups=opinions.follow_ups(report),
        choices=whole.groups,
        groups=[_group(group, sight.by, field, slug) for group in _sorted(whole.groups, asked)],
        names=_acting() is not None,
        late=late,
        what_words=opinions.what_words,
        first=url_for(".evaluation", field=field, slug=slug, **asked.values()) if after else "",
        following=url_for(".evaluation", field=field, slug=slug, after=following, **asked.values())
        if following
        else "",
        hidden=[(name, value) for name, value in asked.values().items() if value],
        plans=visitor().has(*PLANNERS),
        least=LEAST,
        open_days=OPEN_DAYS,
    )


@blueprint.post("/courses/<field>/<slug>/evaluation.<kind>")
@roles(*scores.READERS)
def export_evaluation(field: str, slug: str, kind: str) -> ResponseReturnValue:
    """One of the page's tables (`table`) as a file; the list of who has not answered names people."""
    table = request.form.get("table", "figures")
    if table not in TABLES or (table == "awaited" and _acting() is None):
        abort(404)
    asked = _read(request.form)

    def make(session: Session, named: set[int]) -> Sheet:
        course = published(session, field, slug).course
        sight = _sight(session, course, asked)
        if table == "awaited":
            return _awaited_sheet(session, course, sight, named)
        whole, report = _reports(session, course, sight)
        if table == "groups":
            return _groups_sheet(course, _sorted(whole.groups, asked), sight.by)
        return _figures_sheet(course, report)

    back = url_for(".evaluation", field=field, slug=slug, **asked.values())
    return export.send(
        kind,
        make,
        action="evaluation.exported",
        subject=f"{field}/{slug}",
        back=back,
        course_id=f"{field}/{slug}",
        table=table,
    )


def _read(values: MultiDict[str, str]) -> Asked:
    sort = values.get("sort", "name") or "name"
    if sort not in SORTS:
        abort(404)
    return Asked(
        values.get("unit", "")[:20], values.get("class", "")[:50], values.get("q", "").strip()[:100], sort
    )


def _sight(session: Session, course: Course, asked: Asked) -> Sight:
    """Whose answers, in which groups. Only one kind of groups for a reader: what two kinds tell could be taken from each
    other until few are left. 404 for a group that is not theirs to know of."""
    one = visitor()
    by_class = not one.has("unit_head", *visibility.WHOLE_PROVINCE)
    if asked.unit if by_class else asked.class_code:
        abort(404)
    try:
        known = scores.asked(session, one, course.id, today(), unit=asked.unit, class_code=asked.class_code)
    except scores.NotSeen:
        abort(404)
    return Sight(
        known.people, "class" if by_class else "unit", one.id, (asked.unit or asked.class_code) or None
    )


def _reports(session: Session, course: Course, sight: Sight) -> tuple[Report, Report]:
    """Of all in sight, and of the group asked for (the same where none is)."""
    if visitor().has(*visibility.WHOLE_PROVINCE):
        whole = kept.report(session, now(), today(), course)
    else:
        whole = results.report(session, course, replace(sight, group=None), today())
    return whole, whole if sight.group is None else results.report(session, course, sight, today())


def _acting() -> Visitor | None:
    """The visitor as one who acts: only then are those who have not answered named."""
    one = visitor()
    mine = one.roles & set(ACTING)
    return Visitor(one.id, one.username, one.full_name, mine, one.scopes) if mine else None


def _acting_sight(course: Course, sight: Sight) -> Sight | None:
    one = _acting()
    if one is None:
        return None
    return Sight(scores.seen_by(one, course.id, today()), sight.by, sight.trainer_id, sight.group)


def _late(
    session: Session, course: Course, sight: Sight, after: tuple[str, int] | None
) -> tuple[list[awaiting.Awaited], str]:
    acting = _acting_sight(course, sight)
    if acting is None:
        return [], ""
    most = awaiting.AWAITED_PAGE + 1
    found = list(awaiting.awaited(session, course.id, acting, today(), after=after, limit=most))
    shown = found[: awaiting.AWAITED_PAGE]
    following = "{}-{}".format(*shown[-1][1]) if len(found) > len(shown) else ""
    return [one for one, _place in shown], following


def _after(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    place = _CURSOR.fullmatch(text)
    if place is None:
        abort(404)
    return place[1], int(place[2])


def _answer(report: Report) -> str:
    rate = report.rates.get(("survey", 0), Rate())
    if not rate.asked:
        return _("Chưa ai được hỏi: khảo sát gửi tới người vừa hoàn thành khóa học.")
    said = _(
        "%(answered)s trên %(asked)s người được hỏi đã trả lời khảo sát",
        answered=formats.number(rate.answered),
        asked=formats.number(rate.asked),
    )
    if rate.overdue:
        said += ", " + _("%(count)s người quá hạn", count=formats.number(rate.overdue))
    return said + "."


def _sorted(groups: Sequence[GroupLine], asked: Asked) -> list[GroupLine]:
    words = fold(asked.words)
    found = [group for group in groups if words in fold(group.name)]
    if asked.sort == "rate":
        found.sort(key=lambda group: charts.share(group.survey.answered, group.survey.asked) or 0)
    return found


def _group(group: GroupLine, by: str, field: str, slug: str) -> dict[str, str]:
    """A group beside the others, in words; "–" where there is nothing, or nothing to tell."""

    def share(part: int, whole: int) -> str:
        if not whole:
            return "–"
        return _("%(part)s trên %(whole)s", part=formats.number(part), whole=formats.number(whole))

    name: dict[str, Any] = {"class" if by == "class" else "unit": group.code}
    return {
        "name": group.name or _("(không thuộc nhóm nào)"),
        "address": url_for(".evaluation", field=field, slug=slug, **name) if group.code else "",
        "survey": share(group.survey.answered, group.survey.asked),
        "overdue": formats.number(group.survey.overdue + group.learners.overdue),
        "useful": share(group.useful, group.told),
        "managers": share(group.managers.answered, group.managers.asked),
    }


def _about(course: Course) -> list[str]:
    return [
        course.title,
        _("Đến ngày %(day)s; tính theo người.", day=formats.date(today())),
        _("Câu trả lời chỉ được tính theo từng đợt từ %(least)s người.", least=LEAST),
    ]


def _groups_sheet(course: Course, groups: Sequence[GroupLine], by: str) -> Sheet:
    columns = [
        Column(_("Lớp") if by == "class" else _("Đơn vị"), width=30),
        Column(_("Được hỏi"), "number"),
        Column(_("Đã trả lời"), "number"),
        Column(_("Tỷ lệ trả lời (%)"), "share"),
        Column(_("Quá hạn"), "number"),
        Column(_("Thấy có ích"), "number"),
        Column(_("Trên số người được tính"), "number", 12),
        Column(_("Học viên quá hạn trả lời sau khóa học"), "number", 18),
        Column(_("Lãnh đạo quá hạn nhận xét"), "number", 18),
    ]
    rows = (
        (
            group.name or _("(không thuộc nhóm nào)"),
            group.survey.asked,
            group.survey.answered,
            charts.share(group.survey.answered, group.survey.asked),
            group.survey.overdue,
            group.useful if group.told else None,
            group.told,
            group.learners.overdue,
            group.managers.overdue,
        )
        for group in groups
    )
    return Sheet(_("Đánh giá theo nhóm"), columns, rows, _about(course))


def _awaited_sheet(session: Session, course: Course, sight: Sight, named: set[int]) -> Sheet:
    acting = _acting_sight(course, sight)
    if acting is None:
        abort(404)

    def rows() -> Iterator[tuple[Cell, ...]]:
        for one, _place in awaiting.awaited(session, course.id, acting, today()):
            named.add(one.person_id)
            yield (
                one.full_name,
                one.unit,
                opinions.what_words(one.kind, one.days),
                one.asked_on,
                (today() - one.asked_on).days,
            )

    columns = [
        Column(_("Họ và tên"), width=28),
        Column(_("Đơn vị"), width=28),
        Column(_("Chờ trả lời"), width=28),
        Column(_("Hỏi ngày"), "date"),
        Column(_("Số ngày chờ"), "number"),
    ]
    return Sheet(_("Chưa trả lời"), columns, rows(), _about(course)[:2])


def _figures_sheet(course: Course, report: Report) -> Sheet:
    def rows() -> Iterator[tuple[Cell, ...]]:
        for line in opinions.rates(report):
            yield _("Trả lời"), line.what, _("đã trả lời"), line.answered, line.asked, line.share
            yield (
                _("Trả lời"),
                line.what,
                _("quá hạn"),
                line.overdue,
                line.asked,
                charts.share(line.overdue, line.asked),
            )
        for part, title, tally, choices in _tallies(course, report):
            if tally.counts is None:
                yield part, title, opinions.why_none(tally), None, None, None
                continue
            for value, words in choices:
                count = tally.counts.get(value, 0)
                yield part, title, words, count, tally.people, charts.share(count, tally.people)
        if report.gain is not None:
            found = report.gain
            for words, number in (
                (_("trung bình trước (%)"), found.before),
                (_("trung bình sau (%)"), found.after),
                (_("chênh lệch (điểm phần trăm)"), found.mean),
                (_("khoảng tin cậy, từ"), found.low),
                (_("khoảng tin cậy, đến"), found.high),
            ):
                yield _("Trước và sau"), "", words, round(number, 4), found.people, None

    columns = [
        Column(_("Phần"), width=18),
        Column(_("Mục"), width=34),
        Column(_("Trả lời"), width=30),
        Column(_("Số"), "number", 10),
        Column(_("Trên số người"), "number", 10),
        Column(_("Tỷ lệ (%)"), "share", 10),
    ]
    return Sheet(_("Đánh giá khóa học"), columns, rows(), _about(course))


def _tallies(course: Course, report: Report) -> Iterator[tuple[str, str, Tally, Sequence[tuple[Any, str]]]]:
    for scale in wording.scales():
        yield _("Khảo sát"), scale.question, report.scales[scale.name], scale.choices
    lessons = [(page.id, page.title) for page in course.lessons]
    yield _("Khảo sát"), _("Khóa học còn thiếu gì?"), report.reasons, wording.reasons()
    yield _("Khảo sát"), _("Bài nào cần nói kỹ hơn?"), report.lessons, lessons
    yield _("Khảo sát"), _("Ý kiến viết tay nói về điều gì?"), report.texts, opinions.theme_words()
    for page in course.pages:
        if page.id in report.ratings:
            yield _("Đánh giá từng bài"), page.title, report.ratings[page.id], wording.ratings()
    for (kind, days), tally in report.follow_ups.items():
        yield (
            _("Áp dụng vào việc"),
            opinions.what_words(kind, days),
            tally,
            wording.used(manager=kind == "manager"),
        )
        yield (
            _("Vì sao chưa"),
            opinions.what_words(kind, days),
            report.obstacles[kind, days],
            wording.obstacles(),
        )
