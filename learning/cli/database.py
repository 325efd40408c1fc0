"""`learning database …`: bring the schema up to date; say whether what is stored is sound."""

from collections.abc import Iterator

import click
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.orm import Session

from learning import audit, schema
from learning.accounts import models as accounts
from learning.certificates import models as certificates
from learning.cli.context import database as connect
from learning.database import Base
from learning.evaluation import models as evaluation
from learning.evaluation import practice_models as practice
from learning.library import models as library
from learning.library import soundness
from learning.organisation import models as organisation
from learning.progress import models as progress
from learning.progress import recount
from learning.quizzes import models as quizzes
from learning.sync import models as sync

# The models must be known before they can be compared with what is there.
MODELS = (audit, accounts, library, organisation, quizzes, progress, certificates, evaluation, practice, sync)
LIBRARY = {
    "bytes": "nội dung không còn khớp với mã băm của nó",
    "compiled": "bản biên dịch không đọc được",
    "files": "tệp không còn khớp với mã băm lúc xuất bản",
    "live release": "bản đang dùng không có, hoặc thuộc khóa học khác",
}


@click.group()
def database() -> None:
    """Cơ sở dữ liệu: cập nhật lược đồ, kiểm tra."""


@database.command()
def upgrade() -> None:
    """Tạo hoặc cập nhật lược đồ."""
    schema.upgrade(connect())
    click.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.", err=True)


@database.command("check")
def check_command() -> None:
    """Lược đồ, ràng buộc, số liệu tổng hợp và điểm đã lưu có đúng không: mỗi chỗ sai một dòng; mã 1 nếu có."""
    if not schema.current(connect()):
        click.echo("lược đồ: chưa đúng phiên bản; hãy chạy `learning database upgrade`")
        raise SystemExit(1)
    with connect().reading() as session:
        faults = 0
        # Each step rests on the one before: points cannot be counted from releases that are not there.
        for label, step in STEPS.items():
            click.echo(f"Kiểm tra {label}", err=True)
            for fault in step(session):
                click.echo(f"{label}: {fault}")
                faults += 1
            if faults:
                break
    if faults:
        click.echo(f"Có {faults} chỗ sai. Các bước sau chưa kiểm tra khi bước trước còn sai.", err=True)
        raise SystemExit(1)
    click.echo("Cơ sở dữ liệu không có gì sai.", err=True)


def _schema(session: Session) -> Iterator[str]:
    """What the tables lack or have too much, held against the models."""
    context = MigrationContext.configure(session.connection(), opts={"compare_type": False})
    for difference in compare_metadata(context, Base.metadata):
        yield _told(difference)


def _told(difference: object) -> str:
    if isinstance(difference, list):  # several of one column
        return "; ".join(_told(one) for one in difference)
    assert isinstance(difference, tuple)  # noqa: S101
    what, *things = difference
    return f"{what} {' '.join(str(getattr(thing, 'name', thing)) for thing in things if thing is not None)}"


def _constraints(session: Session) -> Iterator[str]:
    """PostgreSQL holds its constraints by itself, but for those told not to look at what was there before."""
    if session.get_bind().dialect.name != "sqlite":
        yield from (
            f"{row.name} chưa được áp dụng cho dữ liệu cũ"
            for row in session.execute(
                text("SELECT conname AS name FROM pg_constraint WHERE NOT convalidated")
            )
        )
        return
    for row in session.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield str(row[0])
    for row in session.execute(text("PRAGMA foreign_key_check")):
        yield f"{row[0]}, hàng {row[1]}: không có hàng tương ứng trong {row[2]}"


def _library(session: Session) -> Iterator[str]:
    for subject, what in soundness.check(session):
        yield f"{subject}: {LIBRARY[what]}"


def _scores(session: Session) -> Iterator[str]:
    for one in recount.check(session):
        yield f"{one.subject}: {one.what} đang lưu {one.stored}, tính lại {one.counted}"


STEPS = {
    "lược đồ": _schema,
    "ràng buộc": _constraints,
    "khóa học": _library,
    "điểm và số liệu": _scores,
}
