"""Sends each job of a file once, over a number of connections; prints the seconds it took from first to last."""

import http.client
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import repeat

PROCESSES = 2


def main(port: int, path: str, connections: int) -> None:
    with open(path) as file:
        jobs = json.load(file)
    parts = [jobs[start::PROCESSES] for start in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(len, parts))  # started before the clock is
        begun = time.perf_counter()
        list(pool.map(send_part, repeat(port), parts, repeat(connections // PROCESSES)))
        print(time.perf_counter() - begun)


def send_part(port: int, jobs: list[dict], connections: int) -> None:
    with ThreadPoolExecutor(connections) as threads:
        list(threads.map(send, repeat(port), [jobs[start::connections] for start in range(connections)]))


def send(port: int, jobs: list[dict]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for job in jobs:
        headers = {"Authorization": f"Bearer {job['token']}", "Content-Type": "application/json"}
        connection.request("POST", job["path"], job["body"], headers)
        reply = connection.getresponse()
        reply.read()
        if reply.status not in (200, 201):
            raise RuntimeError(f"{reply.status} for {job['path']}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
