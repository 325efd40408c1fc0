"""The command line: `learning …`, also `flask --app learning …`. Exit 0 done, 1 the input is at fault, 2 wrong usage."""

from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from learning.web.context import App


class Commands(click.Group):
    """Each command lives in its own file and is loaded when it is called for: `--help` of one must not wait for all."""

    homes = {  # noqa: RUF012
        "serve": "serve",
        "database": "database",
        "courses": "importing",
        "people": "people",
        "certificates": "certificates",
        "demo": "demo",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.homes)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.homes:
            return None
        command: click.Command = getattr(import_module(f"learning.cli.{self.homes[name]}"), name)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="camtay", prog_name="learning")
def main() -> None:
    """Cầm Tay: học trực tuyến cho cán bộ, công chức cấp xã."""


def application() -> "App":
    """The web application with these commands as its own. Raises click.UsageError where a setting cannot be used."""
    from learning.app import create_app
    from learning.cli import context

    app = create_app(context.settings(), database=context.database())
    app.cli = main
    return app
