"""`learning courses publish | export`: the operator's door to the library."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning import schema
from learning.accounts.models import Person
from learning.certificates import regrades
from learning.cli.context import database as connect
from learning.cli.context import now, settings, today, zone
from learning.cli.courses import courses
from learning.cli.progress import progress
from learning.content.checker import Checked, check
from learning.library import catalogue, exporting, history
from learning.library.changes import KEY_CHOICES
from learning.library.publishing import Outcome, PublicationRefused, publish
from learning.organisation.units import departments
from learning.vietnamese.formats import percent

OPERATOR = "operator"
REGRADE_BATCH = 50
CHOICES = {
    "keep": "giữ nguyên điểm đã chấm",
    "new": "chấm theo đáp án mới",
    "both": "chấp nhận cả hai đáp án (mặc định nên chọn)",
    "full": "cho trọn điểm câu này",
    "drop": "bỏ câu này khỏi bài",
}


@courses.command("publish")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--as", "actor", default="", metavar="USER", help="Tên đăng nhập của người xuất bản.")
@click.option("--on-key-change", "key_choice", type=click.Choice(KEY_CHOICES), help="Khi đáp án đúng đã đổi.")
@click.option("--dry-run", is_flag=True, help="Chỉ cho biết điều gì sẽ thay đổi.")
def publish_command(path: Path, actor: str, key_choice: str | None, dry_run: bool) -> None:
    """Kiểm tra rồi xuất bản mỗi khóa học đã đổi dưới PATH thành một bản phát hành mới: tất cả hoặc không gì cả."""
    database, production = connect(), settings().production
    schema.upgrade(database)
    if production and not actor:
        raise click.UsageError("Ở chế độ production phải có --as TÊN_ĐĂNG_NHẬP của người xuất bản.")
    with database.reading() as session:
        if actor and session.scalar(select(func.count()).where(Person.username == actor, Person.active)) == 0:
            raise click.UsageError(f"Không có người dùng nào đang hoạt động tên “{actor}”.")
        known = history.read(session)
    with progress("Kiểm tra") as step:
        checked = check(path, today=today(), history=known, departments=departments(), progress=step)
    for fault in checked.faults:
        click.echo(str(fault), err=True)
    orders: list[tuple[int, str]] = []
    with database.write_session() as session:
        try:
            outcomes = publish(
                session,
                now(),
                checked,
                actor=actor or OPERATOR,
                key_choice=key_choice or "",
                second_person=production,
            )
        except PublicationRefused as refusal:
            _explain(refusal)
            raise click.exceptions.Exit(1) from refusal
        if not dry_run:
            orders = _order(session, outcomes, actor or OPERATOR)
            database.commit(session)
    for found in checked.courses.values():
        if found.course and not found.course.reviewed_by:
            click.echo(
                f"{found.course.id}: chưa có người thẩm định; trang khóa học sẽ ghi “Bản mẫu, chưa thẩm định”.",
                err=True,
            )
    for outcome in outcomes:
        _report(outcome, dry_run)
        if dry_run and (rekeyed := _rekeyed(outcome)):
            _foretell(checked, outcome.course_id, dict.fromkeys(rekeyed, key_choice or ""))
    for order_id, course_id in orders:
        _regrade(order_id, course_id)
    if not outcomes:
        click.echo(f"Không có khóa học nào trong {path}.", err=True)


@courses.command("export")
@click.argument("course")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def export_command(course: str, directory: Path) -> None:
    """Ghi bản phát hành đang dùng của COURSE (lĩnh-vực/khóa) thành tệp trong DIRECTORY, đúng từng byte đã xuất bản."""
    with connect().reading() as session:
        files = dict(exporting.live_files(session, course))
    if not files:
        click.echo(f"Không có khóa học “{course}” đã xuất bản; xem danh sách ở trang Tra cứu.", err=True)
        raise click.exceptions.Exit(1)
    target = directory / course
    if target.exists() and any(target.iterdir()):
        click.echo(f"{target} đã có tệp; hãy chọn thư mục khác hoặc dọn trống trước.", err=True)
        raise click.exceptions.Exit(1)
    draft = directory / f".{course.replace('/', '-')}.partial"
    shutil.rmtree(draft, ignore_errors=True)
    for name, data in files.items():
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        (draft / name).write_bytes(data)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rmdir()
    draft.rename(target)
    click.echo(f"{len(files)} tệp trong {target}", err=True)


def _explain(refusal: PublicationRefused) -> None:
    if refusal.reason == "faults":
        click.echo(
            f"Chưa xuất bản gì: còn {len(refusal.faults)} lỗi ở trên. Bản đang dùng vẫn phục vụ như cũ.",
            err=True,
        )
    elif refusal.reason == "key":
        for course_id, changes in refusal.changes.items():
            for change in changes:
                click.echo(
                    f"{course_id}/{change.page}: câu {change.question} “{change.title}” đã đổi đáp án.",
                    err=True,
                )
        click.echo("Chưa xuất bản gì. Hãy chạy lại với --on-key-change và một trong các lựa chọn:", err=True)
        for choice, meaning in CHOICES.items():
            click.echo(f"  {choice:5} {meaning}", err=True)
    else:
        course_id = refusal.reason.removeprefix("reviewer:")
        click.echo(
            f"Chưa xuất bản gì: {course_id} phải ghi nguoi_tham_dinh, và đó không được là chính người xuất bản.",
            err=True,
        )


def _report(outcome: Outcome, dry_run: bool) -> None:
    if not outcome.new:
        click.echo(f"{outcome.course_id}: không đổi, vẫn là bản phát hành {outcome.number}.")
        return
    verb = "sẽ là" if dry_run else "đã xuất bản"
    click.echo(f"{outcome.course_id}: {verb} bản phát hành {outcome.number}.")
    for change in outcome.changes:
        click.echo(f"  {change.page}: {change.question} {WORDS[change.what]}")


def _rekeyed(outcome: Outcome) -> list[str]:
    return [change.question for change in outcome.changes if change.what == "key"] if outcome.new else []


def _order(session: Session, outcomes: Iterable[Outcome], actor: str) -> list[tuple[int, str]]:
    """With the new keys, in one transaction: the order to grade by them (its id, the course)."""
    made = []
    for outcome in outcomes:
        published = catalogue.live(session, outcome.course_id)
        if outcome.new and published is not None:
            order = regrades.of_publication(session, now(), published.release_id, by=actor)
            made += [(order.id, outcome.course_id)] if order else []
    return made


def _foretell(checked: Checked, course_id: str, choices: Mapping[str, str]) -> None:
    """Whom the choice would move, one a line."""
    course = checked.courses[course_id].course
    if course is None:
        return
    with connect().reading() as session:
        moves = list(regrades.preview(session, course, choices))
        under_way = regrades.under_way(session, course, choices)
    for move in moves:
        click.echo(f"  {_move(move)}")
    told = regrades.summary(moves)
    click.echo(
        f"  Chấm lại {told.attempts} bài của {told.people} người: {told.rise} tăng, {told.fall} giảm (chờ người thứ"
        f" hai xác nhận), {told.newly_passed} thành đạt, {told.gained} được cấp giấy xác nhận, {told.at_risk} giấy"
        f" cần xem lại. {under_way} bài đang làm sẽ được chấm như vậy khi nộp."
    )


def _move(move: regrades.Move) -> str:
    quiz = "bài kiểm tra cuối khóa" if move.quiz == "exam" else move.quiz
    words = (
        f"{move.full_name} ({move.username}), {quiz}, lần {move.number}: "
        f"{percent(move.before.percent)} → {percent(move.after.percent)}"
    )
    if move.before.passed != move.after.passed:
        words += ", thành đạt" if move.after.passed else ", thành chưa đạt"
    return words + CERTIFICATE[move.certificate].format(serial=move.serial)


def _regrade(order_id: int, course_id: str) -> None:
    """Grades again in small transactions, so that a running server's learners do not wait; a run cut short goes on
    with the server's next sweep."""
    done = 1
    while done:
        with connect().writing() as session:
            done = regrades.settle(session, now(), zone(), limit=REGRADE_BATCH, order_id=order_id)
    with connect().reading() as session:
        standing = next(one for one in regrades.orders(session, course_id) if one.order.id == order_id)
    click.echo(
        f"{course_id}: đã chấm lại, {standing.moved} bài đổi điểm; {standing.held} bài sẽ giảm điểm, chờ người thứ hai"
        f" xác nhận; {standing.under_way} bài đang làm sẽ được chấm như vậy khi nộp."
    )


CERTIFICATE = {
    "": "",
    "gained": "; được cấp giấy xác nhận",
    "at risk": "; giấy xác nhận {serial} cần xem lại",
}
WORDS = {
    "added": "câu mới",
    "removed": "đã bỏ; câu trả lời cũ vẫn giữ",
    "kind": "đổi dạng câu",
    "key": "đổi đáp án",
    "options": "thêm hoặc bớt phương án; không chấm lại",
    "points": "đổi điểm; bài đã nộp giữ nguyên",
    "wording": "đổi lời, đáp án như cũ",
    "comment": "đổi phản hồi hoặc giải thích",
}
