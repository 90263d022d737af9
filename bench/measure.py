"""One measurement: starts a server, warms it up, loads it, reads its usage, and stops it."""
from bench import load
from bench.contender import Peer, answers
from bench.process import Failed, context_switches, cpu_seconds, usage


def measure(stage, contender, case, options, users=None, settings=(), connections=None):
    """The figures of one closed-loop run; None if a peer does not support the case."""
    users = users or case.users
    connections = connections or options.connections
    threads = min(options.threads, connections)  # wrk wants a connection for each thread
    with contender.serve(stage, case, users, settings) as running:
        url, request = contender.request(case, running, users)
        if not known(contender, case, url, request, stage.say):
            return None
        # Long enough to fill a cache of 100,000 users.
        fills = case.kind in ("random", "mix")
        warmup = max(1, round(min(users, 100000) / 25000)) if fills else 1
        load.closed(url, request, connections, warmup, threads)
        before = looked_at(running)
        figures = load.closed(url, request, connections, options.seconds, threads)
        figures.update(costs(before, looked_at(running), figures["requests"]))
        return figures


def measure_offered(stage, contender, case, options, rate):
    """The figures of one open-loop run."""
    with contender.serve(stage, case) as running:
        url, request = contender.request(case, running)
        if not known(contender, case, url, request, stage.say):
            return None
        return load.opened(url, request, options.connections, options.seconds, rate)


def known(contender, case, url, request, say):
    if answers(case, url, request):
        return True
    if not isinstance(contender, Peer):
        raise Failed(f"{contender.name} does not answer {case.name}")
    say(f"{contender.name} does not do {case.name}: left out")
    contender.declined.add(case.name)
    return False


def looked_at(running):
    return [usage(pid) if pid else None for pid in (running.pid, running.database_pid)]


def costs(before, after, requests):
    """The CPU, switches and memory of the server, and separately of the PostgreSQL behind it."""
    figures = {}
    for name, begin, end in zip(("", "postgres_"), before, after):
        if begin and requests:
            millions = requests / 1e6
            figures[f"{name}cpu_s_per_million"] = cpu_seconds(begin, end) / millions
            figures[f"{name}switches_per_request"] = context_switches(begin, end) / requests
    if after[0]:
        figures["rss_mib"] = after[0].rss_kib / 1024
    return figures
