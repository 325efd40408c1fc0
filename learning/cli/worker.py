"""A worker of `learning serve`."""

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):  # type: ignore[misc]
    """Takes a new connection only while a thread is free to serve it: until then another worker may have it. Those of
    gunicorn take all that come, so that one of them answers everybody while the other has nothing to do."""

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        resting = len(self.keepalived_conns) + len(self.pending_conns)
        if self.nr_conns - resting >= self.cfg.threads:
            self.set_accept_enabled(False)  # the loop enables it again, with its next turn
        super().wait_for_and_dispatch_events(timeout)
