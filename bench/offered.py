"""The profile --open: latency against offered load, in an open loop."""
import dataclasses

from bench import plot, record
from bench.measure import measure, measure_offered
from bench.process import Failed
from bench.rounds import interleave, summary

SHARES = (0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 1.0, 1.1)
STANDARD = ("root", "cached-sqlite", "uncached-sqlite", "uncached-postgres", "post-sqlite",
            "post-postgres")
LATE_MS = 1.0  # a generator that is later than this at the 99th percentile is overloaded


@dataclasses.dataclass(frozen=True, eq=False)
class Point:
    contender: object
    case: object
    rate: float

    def __str__(self):
        return f"{self.case.name}, {self.contender.name}, {self.rate:,.0f}/s offered"


def run(stage, contenders, cases, options, head):
    plot.pyplot()  # so that a missing matplotlib is reported now, not after minutes
    points = []
    for case in cases:
        for contender in contenders:
            if contender.takes_part(case):
                points += [Point(contender, case, rate)
                           for rate in rates(stage, contender, case, options)]
    if not points:
        raise Failed("nothing to measure")
    found = interleave(
        points, options.rounds,
        lambda point: measure_offered(stage, point.contender, point.case, options, point.rate),
        stage.say,
    )
    lines = lines_of(found)
    result = {**head, "lines": lines}
    text = markdown(result)
    paths = [record.write("open.json", result), record.write("open.md", text)]
    for name in dict.fromkeys(line["case"] for line in lines):
        chosen = [line for line in lines if line["case"] == name]
        paths.append(plot.latency(f"latency-{name}.svg", chosen, result))
    return paths, text


def rates(stage, contender, case, options):
    """The rates of --rates, or shares of the closed-loop throughput, which is measured now."""
    if options.rates:
        return options.rates
    figures = measure(stage, contender, case, options)
    if figures is None:
        return []
    stage.say(f"{case.name}, {contender.name}: {figures['rate']:,.0f}/s in a closed loop")
    return [round(share * figures["rate"], -1) or 10.0 for share in SHARES]


def lines_of(found):
    lines = {}
    for point, all_of in found.items():
        key = (point.case.name, point.contender.name)
        line = lines.setdefault(key, {"case": key[0], "server": key[1], "points": []})
        made = {"x": point.rate, "summary": summary(all_of), "rounds": all_of}
        made["generator_late"] = made["summary"]["late_p99_ms"]["median"] > LATE_MS
        line["points"].append(made)
    for line in lines.values():
        line["points"].sort(key=lambda point: point["x"])
    return list(lines.values())


def markdown(result):
    names = ["request", "server", "offered/s", "achieved/s", "p50 ms", "p90 ms", "p99 ms",
             "p99.9 ms", "most ms", "errors", "generator late: p50 ms", "p99 ms", "most ms"]
    keys = ("achieved", "p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms")
    lines = ["| " + " | ".join(names) + " |", "|---|---|" + "---:|" * (len(names) - 2)]
    for line in result["lines"]:
        for point in line["points"]:
            figures = point["summary"]
            digits = [0, 2, 2, 2, 2, 2]
            cells = [line["case"], line["server"], f"{point['x']:,.0f}"]
            cells += [f"{figures[key]['median']:,.{digit}f}" for key, digit in zip(keys, digits)]
            cells += [str(figures["errors"]), f"{figures['late_p50_ms']['median']:.2f}",
                      f"{figures['late_p99_ms']['median']:.2f}",
                      f"{figures['late_max_ms']['max']:.2f}"]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + (
        f"\n\nMedians; {record.described(result)} after 1 s of warm-up, "
        f"{result['options']['connections']} connections. Latency counts from when a request was "
        "due, evenly spaced. Where the generator itself was late by more than "
        f"{LATE_MS:g} ms (p99), it, not the server, may be what is slow.\n"
    )
