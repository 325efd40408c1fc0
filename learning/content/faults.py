"""A fault: where, which code, what is wrong, what to do. The catalogue of codes is in `codes.py`."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Severity = Literal["fault", "warning", "info"]


@dataclass(frozen=True, order=True)
class Fault:
    """`line` and `column` count from 1. `message` says what is wrong, `remedy` what to do, in the reader's language."""

    file: str
    line: int
    column: int
    code: str
    severity: Severity
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code} {self.message}; {self.remedy}"


class Report(Protocol):
    """Takes one fault of the file at hand; `line` and `column` count from 1."""

    def __call__(self, code: str, line: int, column: int, **params: Any) -> None: ...
