"""`learning demo …`: people to try things out with. Refused outside mode `demo`: their password is published."""

import json

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning import schema
from learning.accounts.models import Person
from learning.accounts.passwords import DEMO_PASSWORD
from learning.cli.context import database as connect
from learning.cli.context import now, settings, today, zone
from learning.demo import answered, cast, handed_in, opinions, province, studied
from learning.library import catalogue

MOST_LEARNERS = 100_000


@click.group(invoke_without_command=True)
@click.option("--if-empty", is_flag=True, help="Chỉ khi cơ sở dữ liệu chưa có ai.")
@click.pass_context
def demo(ctx: click.Context, if_empty: bool) -> None:
    """Người dùng mẫu; chỉ ở chế độ demo."""
    if not settings().demo:
        raise click.UsageError(
            f"Chỉ dùng ở chế độ demo (LEARNING_MODE=demo); hiện nay là {settings().mode}. "
            "Mật khẩu mẫu đã công bố trong tài liệu, không được dùng cho dữ liệu thật."
        )
    schema.upgrade(connect())
    if ctx.invoked_subcommand is None:
        _seed_cast(if_empty)


def _seed_cast(if_empty: bool) -> None:
    with connect().writing() as session:
        people = session.scalar(select(func.count()).select_from(Person)) or 0
        if not (if_empty and people):
            courses = _taught(session)
            cast.seed(session, now(), today(), courses)
            opinions.seed(session, now(), zone())
            handed_in.seed(session, now(), zone())
            studied.seed(session, now(), zone())
        there = set(session.scalars(select(Person.username)))
    click.echo(f"Đăng nhập thử, mật khẩu {DEMO_PASSWORD}:")
    for member in cast.CAST:
        if member.username in there:
            click.echo(f"  {member.username:<10} {member.what}")


@demo.command()
@click.argument("number", metavar="N", type=click.IntRange(1, MOST_LEARNERS))
@click.option("--json", "as_json", is_flag=True, help="In tên đăng nhập thành JSON.")
def learners(number: int, as_json: bool) -> None:
    """Thêm N học viên mẫu, với mật khẩu mẫu."""
    with connect().writing() as session:
        usernames = province.add_learners(session, now(), number)
    if as_json:
        click.echo(json.dumps({"usernames": usernames}, ensure_ascii=False).encode())
    else:
        click.echo("\n".join(usernames))


@demo.command("province")
def province_command() -> None:
    """Cả tỉnh mẫu: 135 xã, phường và 5.219 người."""
    with connect().writing() as session:
        courses = _taught(session)
        cast.seed(session, now(), today(), courses)
        opinions.seed(session, now(), zone())
        handed_in.seed(session, now(), zone())
        studied.seed(session, now(), zone())
        added = province.seed(session, now())
        answered.seed(session, now(), zone())
    click.echo(f"Đã thêm {added} người." if added else "Tỉnh mẫu đã có đủ, không có gì thay đổi.")


def _taught(session: Session) -> list[str]:
    """The courses that classes are made for: not those in another language beside them."""
    return [one.course.id for one in catalogue.live_courses(session) if one.course.language == "vi"]
