"""`learning people …`: the roster, and the operator's way to roles and one-use codes."""

import json
import re
from contextlib import AbstractContextManager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from learning import schema
from learning.accounts import codes, grants
from learning.accounts import people as accounts
from learning.accounts.models import ROLES, Person
from learning.cli.context import database as connect
from learning.cli.context import now, today
from learning.cli.progress import progress
from learning.organisation import positions, roster, units
from learning.organisation.entries import Rejection
from learning.organisation.models import Unit
from learning.organisation.roster import Report
from learning.organisation.sheet import UnreadableError, read

OPERATOR = "operator"
_FIELD = re.compile(r"\*|[a-z0-9]+(-[a-z0-9]+)*")
UNREADABLE = {
    "kind": "Không đọc được loại tệp này (tệp .xls cũ, tệp có mật khẩu, hay không phải bảng). Hãy lưu lại thành .xlsx.",
    "large": "Tệp quá lớn (nhiều nhất 200.000 dòng, 200 cột, 50 MB). Hãy xóa các ô thừa hoặc chia nhỏ tệp.",
    "row": "Có một dòng dài quá mức: dấu ngắt dòng có thể đã mất, hoặc thiếu một dấu nháy kép. "
    "Hãy mở bằng phần mềm bảng tính rồi lưu lại thành .xlsx.",
    "encoding": "Không nhận ra bảng mã của tệp. Hãy lưu lại thành .xlsx hoặc CSV UTF-8.",
    "broken": "Tệp hỏng hoặc không phải .xlsx, .csv. Hãy mở bằng phần mềm bảng tính rồi lưu lại.",
    "empty": "Tệp không có dữ liệu. Hãy chọn tệp khác.",
}


@click.group()
def people() -> None:
    """Người dùng: nhập danh sách, giao vai trò, cấp mã đăng nhập một lần."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ cho biết điều gì sẽ thay đổi.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành JSON.")
def import_command(file: Path, dry_run: bool, as_json: bool) -> None:
    """Nhập danh sách cán bộ từ FILE (.xlsx hoặc .csv): tất cả hoặc không gì cả."""
    report = _import(file, dry_run)
    if report.ignored_columns:
        click.echo(f"Bỏ qua các cột không dùng: {', '.join(report.ignored_columns)}.", err=True)
    if report.new_positions:
        click.echo(f"Chức danh mới, thêm vào danh mục: {', '.join(report.new_positions)}.", err=True)
    for one in report.rejected:
        place = f"Dòng {one.row}, cột {one.column}" if one.column else f"Dòng {one.row}"
        click.echo(f"{place}: {one.reason}", err=True)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False).encode())
    if report.rejected:
        click.echo(f"Có {len(report.rejected)} chỗ cần sửa; chưa ghi gì cả. Sửa rồi nhập lại.", err=True)
        raise SystemExit(1)
    if not as_json:
        click.echo(_summary(report, dry_run))


def _import(file: Path, dry_run: bool) -> Report:
    try:
        sheet = read(file)
    except UnreadableError as error:
        return Report(rejected=[Rejection(1, "", UNREADABLE[error.reason])])
    schema.upgrade(connect())
    with connect().write_session() as session, progress("Đọc danh sách", len(sheet.rows)) as step:
        positions.load(session)
        report = roster.import_sheet(
            session, now(), today(), sheet, actor=OPERATOR, dry_run=dry_run, progress=step
        )
        # Closing without a commit rolls back: nothing is written where a row is rejected or none was asked to be.
        if not report.rejected and not dry_run:
            connect().commit(session)
    return report


def _summary(report: Report, dry_run: bool) -> str:
    words = (
        f"thêm {report.added}, thay đổi {report.changed}, chuyển {report.moved}, "
        f"thôi làm việc {report.left}, giữ nguyên {report.unchanged}"
    )
    return f"Sẽ {words}; chưa ghi gì cả (--dry-run)." if dry_run else f"Đã nhập: {words}."


@people.command("grant")
@click.argument("username")
@click.argument("role", type=click.Choice(ROLES))
@click.option(
    "--scope", default="", help="Lĩnh vực (author, reviewer; * là tất cả) hoặc mã đơn vị (unit_head)."
)
def grant_command(username: str, role: str, scope: str) -> None:
    """Giao vai trò ROLE cho USERNAME; các phiên đăng nhập của người đó kết thúc."""
    with _writing() as session:
        person = _person(session, username)
        _demand_scope(session, role, scope)
        try:
            given = grants.grant(session, now(), person, role, scope, actor=OPERATOR)
        except ValueError as error:
            raise click.UsageError(
                "Vai trò author, reviewer, unit_head cần --scope; vai trò khác thì không."
            ) from error
    click.echo("Đã giao." if given else "Người này đã có vai trò đó.")


@people.command("revoke")
@click.argument("username")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--scope", default="")
def revoke_command(username: str, role: str, scope: str) -> None:
    """Thu lại vai trò ROLE của USERNAME; các phiên đăng nhập của người đó kết thúc."""
    with _writing() as session:
        taken = grants.revoke(session, now(), _person(session, username), role, scope, actor=OPERATOR)
    click.echo("Đã thu lại." if taken else "Người này không có vai trò đó.")


@people.command("code")
@click.argument("username")
def code_command(username: str) -> None:
    """Cấp mã đăng nhập một lần cho USERNAME: trao tận tay, dùng một lần, hết hạn sau 7 ngày."""
    with _writing() as session:
        person = _person(session, username)
        code = codes.issue(session, now(), person_id=person.id, issued_by=person.id, actor=OPERATOR)
    click.echo(code)


def _writing() -> AbstractContextManager[Session]:
    schema.upgrade(connect())
    return connect().writing()


def _demand_scope(session: Session, role: str, scope: str) -> None:
    """A role over something that does not exist would be found out by nobody."""
    if not scope:
        return
    if role == "unit_head":
        if scope in units.listed():
            units.load_for(session, {scope})
        if session.get(Unit, scope) is None:
            raise click.ClickException(f"Không có đơn vị mã “{scope}”.")
    elif role in grants.SCOPED and not _FIELD.fullmatch(scope):
        raise click.ClickException(f"“{scope}” không phải tên thư mục của lĩnh vực (hoặc * là tất cả).")


def _person(session: Session, username: str) -> Person:
    person = accounts.find(session, username)
    if person is None:
        raise click.ClickException(f"Không có ai có tên đăng nhập “{username}”.")
    return person
