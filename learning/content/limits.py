"""What a micro-lesson on a phone may measure. `format.yml` may set each under `limits:`."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Limits:
    lesson_syllables: int = 600  # L001, a warning above
    lesson_syllables_most: int = 900  # L001, a fault above
    lesson_minutes: int = 5  # L001, a warning above
    syllables_a_minute: int = 200  # L002: how fast people read on a phone
    seconds_a_question: int = 30  # L002
    image_kb: int = 30  # L006
    audio_kb: int = 500  # L006
    table_columns: int = 4  # L012
    table_cell: int = 100  # L012, characters


NAMES = tuple(field.name for field in fields(Limits))
