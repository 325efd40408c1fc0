"""The overviews' figures as files."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from learning.progress.tallies import Figures
from learning.reports import charts
from learning.reports.summaries import Counted, Group, Head
from learning.vietnamese import formats
from learning.web.i18n import gettext as _
from learning.web.sheets import Cell, Column, Sheet


def units_sheet(
    title: str, groups: Iterable[Group], counted: Counted, columns: Sequence[Head], about: Sequence[str]
) -> Sheet:
    """The table of units as a file: lessons in numbers of people who have done them."""
    fixed = (
        Column(_("Mã đơn vị"), width=11),
        Column(_("Đơn vị"), width=34),
        *_measures(counted),
        *(Column(head.title, "number", 12) for head in columns),
    )
    return Sheet(title, fixed, _unit_rows(groups), about)


def _unit_rows(groups: Iterable[Group]) -> Iterator[Sequence[Cell]]:
    for group in groups:
        for row in group.rows:
            lessons = (box.part for box in row.boxes)
            yield (row.unit.code if row.unit else "", row.name, *measured(row.figures), *lessons)


def _measures(counted: Counted) -> tuple[Column, ...]:
    return (
        Column(_("Người") if counted == "people" else _("Lượt"), "number", 9),
        Column(_("Đã bắt đầu"), "number", 10),
        Column(_("Hoàn thành"), "number", 11),
        Column(_("Hoàn thành (%)"), "share", 11),
        Column(_("Quá hạn"), "number", 9),
        Column(_("Điểm trung vị (%)"), "share", 11),
        Column(_("Lượt làm bài"), "number", 10),
        Column(_("Phút làm bài"), "number", 10),
    )


def measured(one: Figures) -> tuple[Cell, ...]:
    share = charts.share(one.done, one.people)
    return (
        one.people,
        one.begun,
        one.done,
        None if share is None else round(share, 4),
        one.overdue,
        one.median,
        one.attempts,
        (one.seconds + 30) // 60,
    )


def lines_sheet(
    title: str, what: str, lines: Iterable[tuple[str, Figures]], counted: Counted, about: Sequence[str]
) -> Sheet:
    """Named figures, one a line: courses, classes, sides of a comparison."""
    columns = (Column(what, width=44), *_measures(counted))
    return Sheet(title, columns, ((name, *measured(one)) for name, one in lines), about)


def about(today: date, counted: Counted) -> list[str]:
    """What stands over a table on paper."""
    return [
        _("Số liệu đến ngày %(day)s.", day=formats.date(today)),
        _("Tính những người được giao khóa (qua lớp) hoặc đã bắt đầu học, trong phạm vi của người xuất.")
        if counted == "people"
        else _(
            "Tính theo lượt: mỗi người được giao hoặc đã bắt đầu một khóa là một lượt, trong phạm vi của người xuất."
        ),
    ]
