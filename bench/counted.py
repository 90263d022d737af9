"""What a daemon does for a request, counted by a tool under which it runs.

One daemon gets N requests, another one 2N: the difference is what N requests cost, without the
start, the stop and the warm-up.
"""
import dataclasses
import statistics

from bench.cases import BY_NAME
from bench.client import Client, get, post
from bench.node import Node
from bench.process import Failed

USERS = 1000
# Intervals and timeouts so long that nothing happens by the clock during a run.
QUIET = ("invalidation.timeout_ms=600000", "invalidation.heartbeat_ms=10000",
         "http.idle_timeout_s=3600", "http.head_timeout_s=3600",
         "http.request_timeout_ms=60000", "database.statement_timeout_ms=59999",
         "database.connect_timeout_ms=60000")
ONE_LOOP = ("http.loops=1",)  # so that it is http-0 which serves the client, on any machine


@dataclasses.dataclass(frozen=True)
class Count:
    """One figure: a case, how many requests, and how many of them are under way at a time."""

    name: str
    case: str
    requests: int
    width: int = 1
    pipelined: bool = False
    tolerance: float = 0.03


def counts():
    made = []
    for case, requests in (("root", 12000), ("cached-sqlite", 6000), ("uncached-sqlite", 3000),
                           ("uncached-postgres", 3000), ("post-sqlite", 1000)):
        made.append(Count(case, case, requests))
        made.append(Count(f"{case}-x16", case, requests, 16))
        made.append(Count(f"{case}-pipelined", case, requests, 16, True))
    return made


def chosen(only, requests):
    """The counts of these names, or those of one client that waits for each answer."""
    every = [*counts(), Count("post-postgres", "post-postgres", 1000)]
    found = [count for count in every if (count.name in only if only else count.width == 1)]
    if len(found) < len(only):
        names = ", ".join(count.name for count in every)
        raise Failed(f"not all of {', '.join(only)} are figures; there are: {names}")
    return [dataclasses.replace(count, requests=requests) for count in found]


def requests_of(case, count):
    """Requests in a fixed order, which reads every user once before any user again."""
    if case.kind == "path":
        return [get("/")] * count
    if case.kind == "create":
        return [post(number) for number in range(count)]
    return [get(f"/users/{1 + number * 379 % USERS}") for number in range(count)]


def exercise(stage, binary, count, times, wrapper, settings=(), look=None):
    """Runs a daemon under `wrapper` from start to end, with count.requests * times requests.

    Calls look(node) before the daemon is stopped. Returns the node, which has ended.
    """
    case = BY_NAME[count.case]
    with stage.database(binary, case.engine, USERS, case.writes) as database:
        # Each probe of readiness costs something too: so long a pause that the first succeeds.
        node = Node(binary, database, (*case.settings, *QUIET, *settings), stage.log(), wrapper,
                    pause=1)
        try:
            client = Client(node.port, count.width, count.pipelined)
            if case.kind == "random":
                # Fills a cache if there is one, and renders the users in it.
                client.send(requests_of(case, 2 * USERS))
            client.send(requests_of(case, count.requests * times))
            client.close()
            if look:
                look(node)
        finally:
            node.stop()
    return node


def per_request(once, twice, requests):
    """What a request adds to each of these counts: twice as many requests against once."""
    return {key: (twice[key] - once[key]) / requests
            for key in {*once, *twice} if twice[key] != once[key]}


def middle(rounds, keys):
    """The median, least and greatest sum of these figures over the rounds."""
    sums = [sum(each.get(key, 0) for key in keys) for each in rounds]
    return {"median": statistics.median(sums), "min": min(sums), "max": max(sums)}


def callgrind(stage, binary, count, times, settings=(), arguments=()):
    """What callgrind writes about a daemon, in its format; `arguments` are further ones of it."""
    out = stage.folder / stage.new_name("callgrind")
    wrapper = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--error-limit=no",
               *arguments)
    node = exercise(stage, binary, count, times, wrapper, settings)
    if not out.exists():
        raise Failed(f"callgrind counted nothing: {node.child.last_words()}")
    return out.read_text(encoding="utf-8", errors="replace")
