"""The profile --regress: instructions for each request, counted by valgrind's callgrind.

Times differ from run to run by tens of percent on a shared machine; instructions hardly do.
"""
import json
import re
import statistics

from bench import record
from bench.counted import callgrind, counts
from bench.process import Failed

RECORDED = record.ROOT / "bench" / "instructions.json"
PACKAGES = ("libc6", "libstdc++6", "libcaf-dev", "librestinio-dev", "libasio-dev", "libfmt-dev",
            "nlohmann-json3-dev", "libspdlog-dev", "libsqlite3-0", "libpq5", "libjemalloc2",
            "valgrind")


def instructions(stage, binary, count, times, keep=None):
    """Counts a daemon from start to end, while it gets count.requests * times requests."""
    text = callgrind(stage, binary, count, times)
    totals = re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)
    if not totals:
        raise Failed("callgrind wrote no sum")
    if keep:
        record.write(keep, text)
    return int(totals[1])


def figure(stage, binary, count):
    once = instructions(stage, binary, count, 1)
    twice = instructions(stage, binary, count, 2, keep=f"callgrind.{count.name}")
    return (twice - once) / count.requests


def toolchain():
    """What the count depends on beside our code. Not on the CPU: valgrind simulates its own."""
    versions = {
        name: record.said("dpkg-query", "-W", "-f=${Version}", name) for name in PACKAGES
    }
    return {"compiler": record.said("c++", "--version"),
            "architecture": record.said("uname", "-m"), **versions}


def run(stage, binary, options, head):
    """Returns an exit code: 0 within bounds, 1 above, 2 where a comparison means nothing."""
    found, spread = {}, {}
    for count in counts():
        if options.only and count.name not in options.only and count.case not in options.only:
            continue
        values = [figure(stage, binary, count) for _ in range(options.rounds)]
        found[count.name] = statistics.median(values)
        spread[count.name] = (max(values) - min(values)) / min(values)
        stage.say(f"{count.name}: {found[count.name]:,.0f} instructions"
                  + (f", repeated within {spread[count.name]:.2%}" if len(values) > 1 else ""))
    if not found:
        raise Failed("no figure has such a name")
    result = {**head, "toolchain": toolchain(), "instructions": found, "spread": spread}
    path = record.write("regress.json", result)
    stage.say(f"written: {path.relative_to(record.ROOT)}, and callgrind.* beside it, "
              "for callgrind_annotate")
    if options.record:
        return renew(result, options, stage.say)
    return compare(result)


def renew(result, options, say):
    """Replaces the recorded figures; with --only, those figures alone."""
    before = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    if options.only and before and before["toolchain"] != result["toolchain"]:
        raise Failed("only some figures can't be recorded where the others were made by other "
                     "tools: leave --only out")
    kept = before.get("instructions", {}) if options.only else {}
    made = {
        "commit": result["commit"] + ("-dirty" if result["dirty"] else ""),
        "when": result["when"], "cpu": result["machine"]["cpu"],
        "toolchain": result["toolchain"],
        "instructions": {**kept, **{name: round(n) for name, n in result["instructions"].items()}},
    }
    RECORDED.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    say(f"recorded {RECORDED.relative_to(record.ROOT)}")
    return 0


def compare(result):
    if not RECORDED.exists():
        print("Nothing is recorded to compare with: ./dev bench --regress --record")
        return 2
    before = json.loads(RECORDED.read_text(encoding="utf-8"))
    bounds = {count.name: count.tolerance for count in counts()}
    lines = ["| instructions for a request | recorded | now | change | allowed |",
             "|---|---:|---:|---:|---:|"]
    above, below = [], []
    for name, now in result["instructions"].items():
        old = before["instructions"].get(name)
        change = now / old - 1 if old else None
        lines.append(f"| {name} | {old:,} | {now:,.0f} | {change:+.2%} | {bounds[name]:+.0%} |"
                     if old else f"| {name} | | {now:,.0f} | new | |")
        if old and change > bounds[name]:
            above.append(name)
        if old and change < -bounds[name]:
            below.append(name)
    print("\n".join(lines))
    differing = [
        f"  {name}: recorded with {before['toolchain'].get(name) or 'none'}, here {now or 'none'}"
        for name, now in result["toolchain"].items()
        if before["toolchain"].get(name) != now
    ]
    if differing:
        print("\nThis says nothing, since what was recorded was made by other tools:")
        print("\n".join(differing))
        print("Record here what the commit before your change costs, then measure your change:\n"
              "  git stash; ./dev bench --regress --record; git stash pop; ./dev bench --regress")
        return 2
    print(f"\nRecorded at {before['commit']}, with the same compiler and libraries as here.")
    if above:
        print(f"Costs more than is allowed: {', '.join(above)}. If that is the price of what the "
              "change is for, say so in its commit, and renew: ./dev bench --regress --record")
        return 1
    if below:
        print(f"Costs less: {', '.join(below)}. Renew, so that it stays so: "
              "./dev bench --regress --record")
    return 0
