"""The default profile: all cases in one table."""
from bench import record
from bench.measure import measure
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


class Point(tuple):
    """One contender in one case."""

    __slots__ = ()

    def __str__(self):
        contender, case = self
        return f"{case.name}, {contender.name}"


def run(stage, contenders, cases, options, head):
    points = [Point((each, case)) for case in cases for each in contenders if each.takes_part(case)]
    found = interleave(
        points, options.rounds,
        lambda point: measure(stage, point[0], point[1], options), stage.say,
    )
    rows = [row(point, found, contenders[0]) for point in found]
    result = {**head, "rows": rows}
    text = markdown(result, len(contenders) > 1)
    paths = [record.write("table.json", result), record.write("table.md", text)]
    return paths, text


def row(point, found, first):
    """One row. Ratios are to `GET /` of the same server, and to Rollcall in the same case."""
    contender, case = point
    all_of = found[point]
    made = {"case": case.name, "title": case.title, "server": contender.name,
            "summary": summary(all_of), "rounds": all_of}
    for (other, other_case), base in found.items():
        if other is contender and other_case.name == "root":
            made["of_root"] = ratio(all_of, base)
        if other is first and other_case is case:
            made["of_rollcall"] = ratio(all_of, base)
    return made


def markdown(result, several):
    names = ["request", "server", "requests/s", "least to most"]
    names += ["of its `GET /`"] + (["of rollcall"] if several else [])
    names += [name for name, _, _ in COLUMNS] + ["errors"]
    lines = ["| " + " | ".join(names) + " |",
             "|---|---|" + "---:|" * (len(names) - 2)]
    for each in result["rows"]:
        rate = each["summary"]["rate"]
        cells = [each["title"], each["server"], f"{rate['median']:,.0f}",
                 f"{rate['min']:,.0f} to {rate['max']:,.0f}", share(each.get("of_root"))]
        if several:
            cells.append(share(each.get("of_rollcall")))
        for _, key, digits in COLUMNS:
            figure = each["summary"].get(key)
            cells.append(f"{figure['median']:,.{digits}f}" if figure else "")
        cells.append(str(each["summary"]["errors"]))
        lines.append("| " + " | ".join(cells) + " |")
    options = result["options"]
    return "\n".join(lines) + (
        f"\n\nMedians; {record.described(result)} with {options['connections']} connections "
        f"(wrk, {options['threads']} thread), each after a start and a warm-up of its own. Load, "
        "servers and databases share the cores: only ratios within this table mean anything.\n"
    )


def share(figure):
    return f"{figure['median']:.2f}" if figure else ""
