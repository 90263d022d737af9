"""The profile --growth: how throughput changes with connections, users, loops and batches."""
import dataclasses
import os

from bench import plot, record
from bench.cases import BY_NAME
from bench.measure import measure
from bench.rounds import interleave, summary

CONNECTIONS = (10, 30, 100, 300, 1000, 3000, 10000)
BATCHES = (1, 4, 16, 64, 256, 1000)
READS = ("cached-sqlite", "uncached-sqlite", "uncached-postgres")


@dataclasses.dataclass(frozen=True)
class Curve:
    """One plot: its name, the x axis, the cases that are its lines, and the values of x."""

    name: str
    axis: str
    cases: tuple
    values: tuple


@dataclasses.dataclass(frozen=True, eq=False)
class Point:
    curve: Curve
    contender: object
    case: object
    value: int

    def __str__(self):
        return f"{self.curve.name} {self.value:,}, {self.case.name}, {self.contender.name}"


def curves(options):
    users, count = [], 10000
    while count <= options.users_max:
        users.append(count)
        count *= 10
    cores = len(os.sched_getaffinity(0))
    loops = tuple(range(1, (options.loops_max or max(2, cores)) + 1))
    writes = ("post-sqlite", "post-postgres")
    connections = tuple(c for c in CONNECTIONS if c <= options.connections_max)
    return (
        Curve("connections", "connections", ("root", *READS, *writes), connections),
        Curve("users", "users in the database", READS, tuple(users)),
        Curve("loops", "http.loops", ("root", *READS), loops),
        Curve("batch", "lookup.batch_max", READS[1:], BATCHES),
    )


def run(stage, contenders, cases, options, head):
    plot.pyplot()  # so that a missing matplotlib is reported now, not after minutes
    result = {**head, "curves": []}
    paths = []
    wanted = [curve for curve in curves(options) if curve.name in options.curves]
    for curve in wanted:
        points = points_of(curve, contenders, cases)
        if not points:
            continue
        found = interleave(
            points, options.rounds, lambda point: measure_point(stage, point, options), stage.say
        )
        if curve.name == "users":
            for point in points:
                if point.value != 10000 and hasattr(point.contender, "binary"):
                    stage.forget(point.contender.binary, point.case.engine, point.value)
        lines = lines_of(curve, found)
        result["curves"].append({"curve": curve.name, "axis": curve.axis, "lines": lines})
        paths.append(plot.throughput(f"throughput-{curve.name}.svg", curve.axis, lines, result))
    text = markdown(result)
    paths += [record.write("growth.json", result), record.write("growth.md", text)]
    return paths, text


def points_of(curve, contenders, cases):
    """Peers have no settings of Rollcall and a fixed number of users: only connections vary."""
    return [
        Point(curve, contender, BY_NAME[name], value)
        for name in curve.cases
        for contender in contenders
        for value in curve.values
        if BY_NAME[name] in cases and contender.takes_part(BY_NAME[name])
        and (curve.name == "connections" or hasattr(contender, "binary"))
    ]


def measure_point(stage, point, options):
    curve, value = point.curve.name, point.value
    settings = []
    if curve == "loops":
        settings.append(f"http.loops={value}")
    if curve == "batch":
        settings.append(f"lookup.batch_max={value}")
    if curve == "connections" and value >= 5000:
        settings.append(f"http.max_connections={value + 200}")
        settings.append(f"http.max_in_flight_per_loop={value + 200}")
    return measure(
        stage, point.contender, point.case, options,
        settings=tuple(settings),
        **({"users": value} if curve == "users" else {}),
        **({"connections": value} if curve == "connections" else {}),
    )


def lines_of(curve, found):
    """One line for each case and server, in the order of the x axis."""
    lines = {}
    for point, all_of in found.items():
        key = (point.case.name, point.contender.name)
        line = lines.setdefault(key, {"case": key[0], "server": key[1], "points": []})
        line["points"].append({"x": point.value, "summary": summary(all_of), "rounds": all_of})
    for line in lines.values():
        line["points"].sort(key=lambda point: point["x"])
    return list(lines.values())


def markdown(result):
    parts = []
    for curve in result["curves"]:
        values = sorted({point["x"] for line in curve["lines"] for point in line["points"]})
        parts.append(f"Requests a second against {curve['axis']} (in brackets: errors)\n")
        parts.append("| | " + " | ".join(f"{value:,}" for value in values) + " |")
        parts.append("|---|" + "---:|" * len(values))
        for line in curve["lines"]:
            cells = {point["x"]: cell(point["summary"]) for point in line["points"]}
            parts.append(f"| {line['case']}, {line['server']} | "
                         + " | ".join(cells.get(value, "") for value in values) + " |")
        parts.append("")
    return "\n".join(parts) + f"\nMedians; {record.described(result)}.\n"


def cell(figures):
    errors = f" ({figures['errors']})" if figures["errors"] else ""
    return f"{figures['rate']['median']:,.0f}{errors}"
