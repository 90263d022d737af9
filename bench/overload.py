"""The profile --overload: what is still achieved when more is asked than the server can do."""
import dataclasses
import os

from bench import load, plot, record
from bench.cases import USERS
from bench.measure import known
from bench.process import Failed, allow_files
from bench.prober import Prober, pooled
from bench.rounds import interleave, summary

STANDARD = ("cached-sqlite", "uncached-sqlite", "uncached-postgres", "pages-sqlite",
            "pages-postgres", "post-sqlite", "post-postgres")
LOADS = (1.0, 1.5, 2.0, 4.0)  # in capacities
# The search for the capacity begins with FIRST of the throughput in a closed loop, and multiplies
# the load by STEP while SERVED of it is good; then it tries the loads BETWEEN the last two.
FIRST, STEP, BETWEEN, SERVED, MOST_STEPS = 0.6, 1.4, (1.13, 1.27), 0.97, 12
PATIENCE_S = 0.1  # a request that finds no connection for so long is not sent
SHORT = 0.05      # a point is marked if more than this share of what was due was not sent,
LATE = 0.05       # or if the generator was late by more than this share of --within (p99)


@dataclasses.dataclass(frozen=True, eq=False)
class Point:
    contender: object
    case: object
    load: float
    capacity: float

    def __str__(self):
        return f"{self.case.name}, {self.contender.name}, {self.load:g} x {self.capacity:,.0f}/s"


@dataclasses.dataclass(frozen=True)
class Cores:
    """Who runs where: servers and databases on all cores but the last, the load on the last."""

    servers: frozenset
    load: frozenset

    @property
    def wrapper(self):
        return ("taskset", "-c", ",".join(map(str, sorted(self.load))))


def divided():
    """The cores of this run; what the harness starts from now on runs on those of the servers."""
    ours = sorted(os.sched_getaffinity(0))
    cores = Cores(frozenset(ours[:-1] or ours), frozenset(ours[-1:]))
    os.sched_setaffinity(0, cores.servers)
    return cores


def run(stage, contenders, cases, options, head):
    plot.pyplot()  # so that a missing matplotlib is reported now, not after minutes
    allow_files(options.overload_connections + 200)
    cores = divided()
    points, searches = [], []
    for case in cases:
        for contender in contenders:
            if not contender.takes_part(case):
                continue
            found = search(stage, contender, case, options, cores)
            if found:
                searches.append(found)
                points += [Point(contender, case, times, found["capacity"])
                           for times in options.loads or LOADS]
    if not points:
        raise Failed("nothing to measure")
    found = interleave(
        points, options.rounds,
        lambda point: offer(stage, point.contender, point.case, options, cores,
                            point.load * point.capacity),
        stage.say,
    )
    about = {"connections": options.overload_connections, "within_s": options.within,
             "server_cores": sorted(cores.servers), "load_cores": sorted(cores.load)}
    result = {**head, "overload": about, "searches": searches, "lines": lines_of(found, options)}
    text = markdown(result)
    paths = [record.write("overload.json", result), record.write("overload.md", text),
             plot.overload("overload.svg", result["lines"], result)]
    return paths, text


def settings(options):
    """Those beside the case's: none, unless the default of 10,000 connections is too low."""
    wanted = options.overload_connections + 200
    return (f"http.max_connections={wanted}",) if wanted > 10000 else ()


def search(stage, contender, case, options, cores):
    """The capacity: the highest goodput while the offered load rises. None if a peer declines."""
    with contender.serve(stage, case, USERS, settings(options)) as running:
        url, request = contender.request(case, running)
        if not known(contender, case, url, request, stage.say):
            return None
        load.closed(url, request, options.connections, 1, options.threads, cores.wrapper)
        start = load.closed(url, request, options.connections, options.seconds, options.threads,
                            cores.wrapper)["rate"]
    tried = []

    def goodput(rate):
        figures = offer(stage, contender, case, options, cores, rate)
        # Not more than was answered in the counted time: a queue that still grows is no capacity.
        best = min(figures["rate"], figures["achieved"])
        tried.append({"offered": figures["offered"], "goodput": best})
        return best

    rate = FIRST * start
    while goodput(rate) >= SERVED * rate and len(tried) < MOST_STEPS:
        rate *= STEP
    for share in BETWEEN:
        goodput(rate / STEP * share)
    capacity = max(each["goodput"] for each in tried)
    if capacity == 0:
        raise Failed(f"{case.name}, {contender.name}: no answer is good, whatever is offered")
    stage.say(f"{case.name}, {contender.name}: {start:,.0f}/s in a closed loop, capacity "
              f"{capacity:,.0f}/s")
    return {"case": case.name, "server": contender.name, "closed": start, "capacity": capacity,
            "tried": tried}


def offer(stage, contender, case, options, cores, rate):
    """The figures of one run in an open loop, with the prober beside it."""
    with contender.serve(stage, case, USERS, settings(options)) as running:
        url, request = contender.request(case, running)
        with Prober(running.admin_port, cores.load) as prober:
            raw = load.opened(
                url, request, options.overload_connections, options.seconds, rate,
                wrapper=cores.wrapper,
                arguments=("--within", str(options.within), "--patience", str(PATIENCE_S),
                           "--drain", str(max(3.0, options.within + 1))),
            )
        figures = outcomes(raw, options.seconds)
        figures.update(prober.figures(raw["from"], raw["from"] + options.seconds))
        return figures


def outcomes(raw, seconds):
    """What became of the requests, by second: each of them is in exactly one of these figures."""
    other = dict(raw["errors_by_kind"])
    became = {
        "rate": raw["good"], "overdue": raw["overdue"], "shed": other.pop("503", 0),
        "expired": other.pop("504", 0), "connection": other.pop("connection", 0),
        "other": sum(other.values()), "unanswered": raw["unanswered"],
        "unsent_busy": raw["unsent_busy"], "unsent_slow": raw["unsent_slow"],
    }
    if sum(became.values()) != raw["counted"]:
        raise Failed(f"the counts of the generator do not add up: {raw}")
    figures = {name: count / seconds for name, count in became.items()}
    return {
        **figures, "offered": raw["counted"] / seconds, "sent": raw["sent"] / seconds,
        "achieved": raw["achieved"],
        "p50_ms": raw["good_p50_ms"], "p99_ms": raw["good_p99_ms"],
        "late_p99_ms": raw["late_p99_ms"], "late_max_ms": raw["late_max_ms"],
        "generator_cpu": raw["cpu"], "errors": raw["counted"] - raw["good"],
        "errors_by_kind": raw["errors_by_kind"],
    }


def lines_of(found, options):
    """One line for each case and server, in the order of the load."""
    lines = {}
    for point, all_of in found.items():
        key = (point.case.name, point.contender.name)
        line = lines.setdefault(key, {"case": key[0], "server": key[1],
                                      "capacity": point.capacity, "points": []})
        figures = summary(all_of)
        made = {"x": point.load, "summary": figures, "rounds": all_of}
        made["live"], made["ready"] = (pooled([each[path] for each in all_of])
                                       for path in ("live", "ready"))
        made["share"] = figures["rate"]["median"] / point.capacity
        most = SHORT * figures["offered"]["median"]
        made["generator_short"] = (
            figures["unsent_slow"]["median"] > most
            or figures["late_p99_ms"]["median"] > LATE * 1000 * options.within)
        made["connections_short"] = figures["unsent_busy"]["median"] > most
        line["points"].append(made)
    for line in lines.values():
        line["points"].sort(key=lambda point: point["x"])
    return list(lines.values())


def markdown(result):
    names = ["request", "server", "capacities", "offered/s", "sent/s", "good/s", "of capacity",
             "late/s", "503/s", "504/s", "other errors/s", "unanswered/s", "p50 ms", "p99 ms"]
    names += [f"`/{path}` {what}" for path in ("live", "ready")
              for what in ("p99 ms", "most ms", "failures")]
    names += ["generator late: p99 ms", "its CPU"]
    lines = ["| " + " | ".join(names) + " |", "|---|---|" + "---:|" * (len(names) - 2)]
    for line in result["lines"]:
        for point in line["points"]:
            cells = [line["case"], line["server"], *cells_of(point)]
            lines.append("| " + " | ".join(cells) + " |")
    about = result["overload"]
    return "\n".join(lines) + (
        f"\n\nMedians (of probes: over all rounds); {record.described(result)} after 1 s of "
        f"warm-up, {about['connections']:,} connections. Good: a 2xx within "
        f"{about['within_s']:g} s of when the request was due. Server and database on cores "
        f"{about['server_cores']}, load and probes on {about['load_cores']}. Where less was sent "
        "than offered, all connections were waiting for the server; a `*` marks where it was the "
        "generator that could not send as much, or was late itself.\n"
    )


def cells_of(point):
    middle = {name: figure["median"] for name, figure in point["summary"].items()
              if isinstance(figure, dict)}
    mark = "*" if point["generator_short"] else ""
    cells = [f"{point['x']:g}{mark}", f"{middle['offered']:,.0f}", f"{middle['sent']:,.0f}",
             f"{middle['rate']:,.0f}", f"{point['share']:.2f}"]
    cells += [f"{middle[name]:,.0f}" for name in ("overdue", "shed", "expired")]
    cells += [f"{middle['other'] + middle['connection']:,.0f}", f"{middle['unanswered']:,.0f}",
              f"{middle['p50_ms']:.1f}", f"{middle['p99_ms']:.1f}"]
    for found in (point["live"], point["ready"]):
        cells += [f"{found['p99_ms']:.1f}", f"{found['max_ms']:.1f}",
                  f"{found['failures']} of {found['asked']}"] if found else ["", "", ""]
    return cells + [f"{middle['late_p99_ms']:.1f}", f"{middle['generator_cpu']:.0%}"]
