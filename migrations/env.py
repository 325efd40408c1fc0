"""Alembic's door to the models. Each migration runs in one transaction on both databases."""

from alembic import context

from learning import audit  # noqa: F401
from learning.accounts import models as accounts  # noqa: F401
from learning.certificates import models as certificates  # noqa: F401
from learning.database import Base, Database
from learning.evaluation import models as evaluation  # noqa: F401
from learning.evaluation import practice_models as practices  # noqa: F401
from learning.library import models as library  # noqa: F401
from learning.organisation import models as organisation  # noqa: F401
from learning.progress import models as progress  # noqa: F401
from learning.quizzes import models as quizzes  # noqa: F401
from learning.sync import models as sync  # noqa: F401


def render(kind: str, item: object, autogen: object) -> str | bool:
    """A migration must not change its meaning with the code: our own types are written as what they store."""
    return {"Moment": "sa.DateTime(timezone=True)", "Exact": "sa.BigInteger()"}.get(
        type(item).__name__, False
    )


database: Database = context.config.attributes["database"]

with database.write_session() as session, session.begin():
    context.configure(
        connection=session.connection(),
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        render_item=render,
    )
    context.run_migrations()
