"""The default profile: all cases in one table."""
import dataclasses
import statistics

from bench import record
from bench.measure import measure
from bench.process import allow_files
from bench.rounds import interleave, ratio, summary

COLUMNS = (
    ("p50 ms", "p50_ms", 2),
    ("p99 ms", "p99_ms", 2),
    ("p99.9 ms", "p999_ms", 2),
    ("CPU s per million", "cpu_s_per_million", 1),
    ("PostgreSQL's CPU s per million", "postgres_cpu_s_per_million", 1),
    ("switches per request", "switches_per_request", 3),
    ("memory MiB", "rss_mib", 0),
)


@dataclasses.dataclass(frozen=True)
class Point:
    """One contender in one case, with a number of connections."""

    contender: object
    case: object
    clients: int

    def __str__(self):
        return f"{self.case.name}, {self.clients:,} clients, {self.contender.name}"


def run(stage, contenders, cases, options, head):
    points = [
        Point(each, case, clients)
        for case in cases for clients in options.clients or case.clients for each in contenders
        if each.takes_part(case)
    ]
    allow_files(200 + max((point.clients for point in points), default=0))
    found = interleave(
        points, options.rounds,
        lambda point: measure(stage, point.contender, point.case, options,
                              connections=point.clients),
        stage.say,
    )
    rows = [row(point, found, contenders[0]) for point in found]
    result = {**head, "rows": rows}
    text = markdown(result, len(contenders) > 1)
    paths = [record.write("table.json", result), record.write("table.md", text)]
    return paths, text


def row(point, found, first):
    """One row. Ratios are to rows with the same number of connections: `GET /` of the same server,
    Rollcall in the same case, and the best peer in the case whose peers it is compared with.
    """
    contender, case = point.contender, point.case
    all_of = found[point]
    made = {"case": case.name, "title": case.title, "server": contender.name,
            "clients": point.clients, "rule": rule(contender, case),
            "summary": summary(all_of), "rounds": all_of}
    beside = {other: base for other, base in found.items() if other.clients == point.clients}
    for other, base in beside.items():
        if other.contender is contender and other.case.name == "root":
            made["of_root"] = ratio(all_of, base)
        if other.contender is first and other.case is case:
            made["of_rollcall"] = ratio(all_of, base)
    best = best_peer(beside, case.peers_of)
    if best:
        made["best_peer"] = best.contender.name
        made["of_best_peer"] = ratio(all_of, beside[best])
    return made


def rule(contender, case):
    return case.rule if hasattr(contender, "binary") else "the peer's own"


def best_peer(found, name):
    """The peer whose median rate in the case of this name is the highest; None without peers."""
    peers = [point for point in found
             if point.case.name == name and not hasattr(point.contender, "binary")]
    return max(peers, default=None,
               key=lambda point: statistics.median(figures["rate"] for figures in found[point]))


def markdown(result, several):
    names = ["request", "clients", "server", "requests/s", "least to most", "of its `GET /`"]
    names += ["of rollcall", "of the best peer"] if several else []
    names += [name for name, _, _ in COLUMNS] + ["errors", "rule"]
    lines = ["| " + " | ".join(names) + " |",
             "|---|---:|---|" + "---:|" * (len(names) - 4) + "---|"]
    for each in result["rows"]:
        rate = each["summary"]["rate"]
        cells = [each["title"], f"{each['clients']:,}", each["server"], f"{rate['median']:,.0f}",
                 f"{rate['min']:,.0f} to {rate['max']:,.0f}", share(each.get("of_root"))]
        if several:
            best = each.get("of_best_peer")
            cells.append(share(each.get("of_rollcall")))
            cells.append(f"{share(best)} ({each['best_peer']})" if best else "")
        for _, key, digits in COLUMNS:
            figure = each["summary"].get(key)
            cells.append(f"{figure['median']:,.{digits}f}" if figure else "")
        cells += [str(each["summary"]["errors"]), each["rule"]]
        lines.append("| " + " | ".join(cells) + " |")
    threads = result["options"]["threads"]
    return "\n".join(lines) + (
        f"\n\nMedians; {record.described(result)} (wrk, {threads} thread; clients: its "
        "connections), each after a start and a warm-up of its own. Load, servers and databases "
        "share the cores: only ratios within this table mean anything.\n"
    )


def share(figure):
    return f"{figure['median']:.2f}" if figure else ""
