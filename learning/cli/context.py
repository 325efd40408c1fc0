"""What every command needs, made once from the environment: settings, database, now."""

import os
from datetime import date, datetime
from functools import cache

import click

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
    return Database(settings().database_url)


def now() -> datetime:
    return SystemClock().now()


def today() -> date:
    return now().astimezone(settings().timezone).date()
