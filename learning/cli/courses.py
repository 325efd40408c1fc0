"""`learning courses check | new`: what authors run on their own files. (`publish` and `export` are in publishing.py.)"""

import json
from dataclasses import asdict
from pathlib import Path

import click

from learning.cli.context import settings, today
from learning.cli.progress import progress
from learning.content.checker import check as check_courses
from learning.content.faults import Fault
from learning.content.mend import mend
from learning.content.template import AlreadyThereError, BadNameError, new_course
from learning.library import history
from learning.organisation.units import departments


@click.group()
def courses() -> None:
    """Khóa học: kiểm tra, tạo mới, xuất bản."""


@courses.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="Sửa những lỗi sửa được mà không phải đoán.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def check(path: Path, fix: bool, as_json: bool) -> None:
    """Kiểm tra mọi khóa học trong PATH (cả kho, một lĩnh vực hoặc một khóa) và in mỗi lỗi một dòng."""
    if not path.is_dir():
        reason = "không phải là thư mục" if path.exists() else "không có"
        raise click.UsageError(
            f"{path} {reason}; hãy chỉ tới thư mục courses, một lĩnh vực hoặc một khóa học."
        )
    known = history.load(settings())
    if fix:
        for file in mend(path, known.ids.keys()):
            click.echo(f"Đã sửa {file}", err=True)
    with progress("Đang kiểm tra") as step:
        checked = check_courses(
            path,
            today=today(),
            history=known,
            language=settings().language,
            departments=departments(),
            progress=step,
        )
    if as_json:
        click.echo(
            json.dumps([asdict(fault) for fault in checked.faults], ensure_ascii=False, indent=1).encode()
        )
    else:
        for fault in checked.faults:
            click.echo(str(fault))
    click.echo(_summary(len(checked.courses), checked.faults), err=True)
    if any(fault.severity == "fault" for fault in checked.faults):
        raise click.exceptions.Exit(1)


def _summary(courses: int, faults: list[Fault]) -> str:
    wrong = sum(fault.severity == "fault" for fault in faults)
    warnings = sum(fault.severity == "warning" for fault in faults)
    return f"{courses} khóa học: {wrong} lỗi, {warnings} lời nhắc."


@courses.command()
@click.argument("course", metavar="FIELD/COURSE")
@click.option("--into", "directory", default="courses", type=click.Path(file_okay=False, path_type=Path))
def new(course: str, directory: Path) -> None:
    """Tạo một khóa học nhỏ đã đạt kiểm tra, để viết tiếp."""
    field, _, slug = course.partition("/")
    try:
        made = new_course(directory, field, slug)
    except BadNameError as error:
        raise click.UsageError(
            f"“{course}” không dùng làm tên được; hãy viết linh-vuc/khoa-hoc bằng chữ thường không dấu, số và gạch nối."
        ) from error
    except AlreadyThereError as error:
        click.echo(f"{directory / course} đã có; không ghi đè. Hãy chọn tên khác.", err=True)
        raise click.exceptions.Exit(1) from error
    for file in made:
        click.echo(str(file))
    click.echo(f"Kiểm tra lại bất cứ lúc nào: learning courses check {directory / course}", err=True)
