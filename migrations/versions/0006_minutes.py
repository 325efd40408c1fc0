"""How long each person has sat over the questions of each course"""

from collections import defaultdict
from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0006_minutes"
down_revision = "0005_looks"
branch_labels = None
depends_on = None

LONGEST = timedelta(minutes=30)
MOMENT = sa.DateTime(timezone=True)
ATTEMPT = sa.table(
    "attempt",
    sa.column("person_id", sa.Integer),
    sa.column("course_id", sa.String),
    sa.column("state", sa.String),
    sa.column("started_at", MOMENT),
    sa.column("finished_at", MOMENT),
)
ENROLMENT = sa.table(
    "enrolment",
    sa.column("person_id", sa.Integer),
    sa.column("course_id", sa.String),
    sa.column("seconds", sa.Integer),
)


def upgrade() -> None:
    op.add_column("enrolment", sa.Column("seconds", sa.Integer(), server_default="0", nullable=False))
    fill(op.get_bind())


def fill(connection: sa.Connection) -> None:
    """What is kept from now on, counted for what was before."""
    spent: dict[tuple[int, str], int] = defaultdict(int)
    rows = connection.execute(
        sa.select(
            ATTEMPT.c.person_id, ATTEMPT.c.course_id, ATTEMPT.c.started_at, ATTEMPT.c.finished_at
        ).where(ATTEMPT.c.state != "open", ATTEMPT.c.finished_at.is_not(None))
    )
    for person_id, course_id, started_at, finished_at in rows:
        took = min(max(finished_at - started_at, timedelta(0)), LONGEST)
        spent[person_id, course_id] += took // timedelta(seconds=1)
    if spent:
        this = sa.and_(
            ENROLMENT.c.person_id == sa.bindparam("person"), ENROLMENT.c.course_id == sa.bindparam("course")
        )
        connection.execute(
            sa.update(ENROLMENT).where(this).values(seconds=sa.bindparam("took")),
            [
                {"person": person_id, "course": course_id, "took": took}
                for (person_id, course_id), took in spent.items()
            ],
        )


def downgrade() -> None:
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_column("seconds")
