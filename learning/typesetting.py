"""Typst, behind one door: a template and plain values in, a PDF out. Values are inputs of it, never its source."""

from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

import fontpkg_be_vietnam_pro
import typst

STANDARDS = ["a-2a", "ua-1"]
_compiling = Lock()


def compile(template: Path, inputs: dict[str, str], stamp: datetime) -> bytes:
    """PDF/A-2a and PDF/UA-1, the same bytes for the same inputs and stamp. The standards refuse a letter that no font
    here has (a Chinese one): then it is paper without the label."""
    with _compiling:
        try:
            return _compile(template, inputs, stamp, STANDARDS)
        except typst.TypstError:
            return _compile(template, inputs, stamp, [])


def _compile(template: Path, inputs: dict[str, str], stamp: datetime, standards: list[str]) -> bytes:
    made: Any = _compiler(template).compile(
        sys_inputs=inputs, pdf_standards=standards, timestamp=int(stamp.timestamp()), format="pdf"
    )
    return bytes(made)


@cache
def _compiler(template: Path) -> Any:
    fonts = files(fontpkg_be_vietnam_pro) / "files"
    return typst.Compiler(str(template), font_paths=[str(fonts)], ignore_system_fonts=True)
