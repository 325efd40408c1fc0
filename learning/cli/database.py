"""`learning database …`: bring the schema up to date; say whether what is stored is sound."""

import click

from learning import schema
from learning.cli.context import database as connect


@click.group()
def database() -> None:
    """Cơ sở dữ liệu: cập nhật lược đồ, kiểm tra."""


@database.command()
def upgrade() -> None:
    """Tạo hoặc cập nhật lược đồ."""
    schema.upgrade(connect())
    click.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.", err=True)
