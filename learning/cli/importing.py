"""`learning courses import | export-bank`: question banks and documents of other systems, in and out."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import NoReturn

import click

from learning import schema
from learning.cli import publishing  # noqa: F401 -- its commands belong to the same group
from learning.cli.context import database, settings, today
from learning.cli.courses import courses
from learning.content import tree
from learning.content.compiling import compile_sources
from learning.content.exchange import formats
from learning.content.exchange.bank import Bank, Skipped, UnreadableError
from learning.content.exchange.landing import BadPlaceError, ChangedError, Place, land, place_of
from learning.content.exchange.lightening import lightened
from learning.content.exchange.reading import read_course
from learning.content.exchange.writing import Draft, draft_course
from learning.content.template import OWNER
from learning.content.tree import Findings
from learning.library import catalogue, exporting, history
from learning.organisation.units import departments


@courses.command("import")
@click.argument("format_name", metavar="FORMAT", type=click.Choice(sorted(formats.IMPORTERS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Thư mục của khóa học; chưa có thì được tạo.",
)
@click.option("--owner", default="", help="Đơn vị chủ quản, khi lĩnh vực chưa ghi.")
@click.option(
    "--replace", is_flag=True, help="Ghi đè cả những bài người biên soạn đã sửa sau lần nhập trước."
)
@click.option("--dry-run", is_flag=True, help="Chỉ báo cáo, không ghi gì.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def import_command(
    format_name: str, file: Path, folder: Path, owner: str, replace: bool, dry_run: bool, as_json: bool
) -> None:
    """Đọc FILE (ngân hàng câu hỏi, tài liệu) thành một khóa học trong DIR, và báo mọi thứ không đưa vào được."""
    try:
        place = place_of(folder)
        bank = formats.read(format_name, file.read_bytes(), name=file.name)
    except (BadPlaceError, UnreadableError) as error:
        _refuse(str(error), as_json)
    except OSError as error:
        _refuse(_denied(error, file), as_json)
    owner, told = _owner(place, owner)
    draft = _draft(place, bank, owner)
    if not dry_run:
        try:
            landed = land(place, draft.files, draft.sources, owner=owner, title=bank.title, over=replace)
        except ChangedError as error:
            pages = ", ".join(error.paths)
            _refuse(
                f"Chưa ghi gì: {pages} đã được sửa sau lần nhập trước và nguồn cũng đã đổi. "
                "Hãy nhập vào thư mục khác để so, hoặc thêm --replace để lấy bản từ nguồn.",
                as_json,
            )
        except OSError as error:
            _refuse(_denied(error, folder), as_json)
        told += [f"Giữ nguyên bản người biên soạn đã sửa: {path}." for path in landed.kept]
    _report(draft, [*told, *draft.warnings], as_json)
    verb = "Sẽ có" if dry_run else "Đã có"
    click.echo(f"{verb} {draft.lessons} bài, {draft.questions} câu hỏi trong {folder}.", err=True)
    if not dry_run:
        click.echo(f"Kiểm tra: learning courses check {folder}", err=True)


@courses.command("export-bank")
@click.argument("format_name", metavar="FORMAT", type=click.Choice(sorted(formats.EXPORTERS)))
@click.argument("course", metavar="COURSE")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def export_bank_command(format_name: str, course: str, file: Path, as_json: bool) -> None:
    """Ghi COURSE (thư mục của khóa học, hoặc lĩnh-vực/khóa đã xuất bản) thành FILE để hệ thống khác đọc."""
    bank = _bank(course)
    if bank is None:
        _refuse(f"Không có thư mục hay khóa học đã xuất bản nào tên “{course}”.", as_json)
    data, left_out = formats.write(format_name, bank)
    skipped = [*bank.skipped, *left_out] if format_name != "markdown-zip" else list(left_out)
    try:
        file.write_bytes(data)
    except OSError as error:
        _refuse(_denied(error, file), as_json)
    if as_json:
        click.echo(
            json.dumps({"skipped": [asdict(one) for one in skipped]}, ensure_ascii=False, indent=1).encode()
        )
    else:
        for one in skipped:
            click.echo(_said(one, "Không ghi được"))
    click.echo(f"Đã ghi {file}.", err=True)


def _bank(course: str) -> Bank | None:
    """A course in a folder, else the live release of that name."""
    folder = Path(course)
    if (folder / "course.md").is_file():
        found = tree.read(folder, Findings())
        source = found.courses[0]
        return read_course(
            source.files, field=source.field, slug=source.slug, sources=compile_sources(found.registry)
        )
    if not schema.current(database()):
        raise click.UsageError(
            f"Không có thư mục {course} nào có course.md, và cơ sở dữ liệu chưa đúng phiên bản để tìm khóa học đã "
            "xuất bản: hãy chạy `learning database upgrade`."
        )
    with database().reading() as session:
        published = catalogue.live(session, course)
        if published is None:
            return None
        field, _, slug = course.partition("/")
        files = dict(exporting.live_files(session, course))
        return read_course(files, field=field, slug=slug, sources=published.course.sources)


def _owner(place: Place, wanted: str) -> tuple[str, list[str]]:
    """The department that owns the course, and what there is to say about it."""
    if wanted and wanted not in departments() and wanted != place.owner:
        raise click.UsageError(f"Không có đơn vị “{wanted}” trong danh sách sở, ngành.")
    if wanted or place.owner:
        return wanted or place.owner, []
    owner = OWNER if OWNER in departments() else departments()[0]
    return owner, [
        f"Chưa biết đơn vị chủ quản: tạm ghi “{owner}”; hãy sửa owner trong course.md (hoặc dùng --owner)."
    ]


def _draft(place: Place, bank: Bank, owner: str) -> Draft:
    draft = draft_course(
        bank,
        owner=owner,
        today=today(),
        field=place.field,
        slug=place.slug,
        known=place.known,
        ids={**place.beside, **history.load(settings()).ids},
    )
    if bank.files:  # a course of ours comes byte for byte
        return draft
    files, told = lightened(draft.files)
    return replace(draft, files=files, warnings=(*draft.warnings, *told))


def _report(draft: Draft, warnings: list[str], as_json: bool) -> None:
    if as_json:
        document = {
            "lessons": draft.lessons,
            "questions": draft.questions,
            "skipped": [asdict(one) for one in draft.skipped],
            "warnings": warnings,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1).encode())
        return
    for one in draft.skipped:
        click.echo(_said(one))
    for warning in warnings:
        click.echo(f"Lưu ý: {warning}")


def _said(one: Skipped, what: str = "Không đưa vào") -> str:
    place = f"Dòng {one.line}: " if one.line else ""
    return f"{what}: {place}“{one.what}”: {one.reason}"


def _denied(error: OSError, path: Path) -> str:
    return f"Không đọc hay ghi được {error.filename or path} ({error.strerror}). Hãy kiểm tra đường dẫn và quyền ghi."


def _refuse(reason: str, as_json: bool) -> NoReturn:
    if as_json:
        document = {"lessons": 0, "questions": 0, "skipped": [], "warnings": [], "error": reason}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1).encode())
    click.echo(reason, err=True)
    raise click.exceptions.Exit(1)
