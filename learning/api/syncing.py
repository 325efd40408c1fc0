"""What a phone did without a network."""

import msgspec
from sqlalchemy.orm import Session

from learning.accounts import vaults
from learning.accounts.visitors import visitor
from learning.api.problems import Problem
from learning.api.routes import api
from learning.api.schemas import Sync, Synced, SyncReply
from learning.sync import events, holdings
from learning.web.context import database, now, settings, zone
from learning.web.i18n import gettext as _


@api.call("POST", "/sync", body=Sync, replies={200: SyncReply}, problems=(409,))
def sync(body: Sync) -> SyncReply:
    """Takes in what a phone did without a network; says of each event what became of it, and what the server holds."""
    person_id, moment, where = visitor().id, now(), zone()
    if body.person not in ("", vaults.vault(settings().secret_key, person_id).person):
        raise Problem(409, _("Bài làm này của người khác. Người ấy đăng nhập thì bài mới được gửi."))
    given = [events.Event(**msgspec.structs.asdict(event)) for event in body.events]

    def take(session: Session) -> tuple[list[events.Taken], holdings.Holdings]:
        taken = events.take(session, moment, where, person_id, given)
        return taken, holdings.holdings(session, moment, person_id, body.device)

    taken, held = database().together(take)
    return SyncReply(
        events=[Synced(client_id=one.client_id, status=one.status, reason=one.reason) for one in taken],
        epoch=held.epoch,
        count=held.count,
        digest=held.digest,
    )
