"""What every command needs, made once from the environment: settings, database, now."""

import os
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import click
from sqlalchemy.exc import ArgumentError, DBAPIError

from learning.clock import SystemClock
from learning.database import Database
from learning.settings import SettingError, Settings, read_settings


@cache
def settings() -> Settings:
    try:
        return read_settings(os.environ)
    except SettingError as error:
        raise click.UsageError(str(error)) from error


@cache
def database() -> Database:
    """Raises click.UsageError where there is none to be reached."""
    url = settings().database_url
    try:
        database = Database(url)
        database.engine.connect().close()
    except (OSError, DBAPIError, ArgumentError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        remedy = f"không mở được ({reason}); hãy kiểm tra địa chỉ, quyền, và máy chủ cơ sở dữ liệu có đang chạy không"
        raise click.UsageError(str(SettingError("LEARNING_DATABASE_URL", url, remedy))) from error
    return database


def now() -> datetime:
    return SystemClock().now()


def zone() -> ZoneInfo:
    return settings().timezone


def today() -> date:
    return now().astimezone(zone()).date()
