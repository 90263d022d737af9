"""The description of a run, and its files."""
import datetime
import hashlib
import json
import os
import pathlib
import platform
import secrets
import shutil
import subprocess

from bench import node
from bench.cluster import programs

ROOT = pathlib.Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "build" / "bench"
RESULTS = ROOT / "bench" / "results"


def said(*command):
    """The first line that a command prints; nothing if there is no such command."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    except FileNotFoundError:
        return ""
    return (done.stdout.strip().splitlines() or [""])[0]


def field(path, name):
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith(name):
                    return line.partition(":" if ":" in line else "=")[2].strip().strip('"')
    except OSError:
        pass
    return ""


def commit():
    """The commit of this tree, whether files differ from it, and its date."""
    head = said("git", "rev-parse", "HEAD")
    dirty = bool(said("git", "status", "--porcelain"))
    return {"commit": head[:12] or "unknown", "dirty": dirty,
            "commit_date": said("git", "show", "-s", "--format=%cI", "HEAD")}


def machine(data_folder):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": field("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory, 1),
        "kernel": platform.release(),
        "system": field("/etc/os-release", "PRETTY_NAME"),
        "data_on": said("stat", "-f", "-c", "%T", str(data_folder)),
        "compiler": said("c++", "--version"),
        "wrk": said("dpkg-query", "-W", "-f=${Version}", "wrk"),
        "postgresql": said(f"{programs()}/postgres", "--version").split()[2],
        "load_before": round(os.getloadavg()[0], 2),
    }


def binary(path):
    """Which program ran, by version and hash: its path means nothing on other machines."""
    content = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    return {"version": node.version(path), "sha256": content[:16]}


def begin(profile, options, contenders):
    """The head of the JSON of a run, without the commands and addresses of other servers."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "run": f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        "profile": profile,
        "when": now.isoformat(timespec="seconds"),
        **commit(),
        "built_here": options.rollcall_is_ours,
        "machine": machine(options.data),
        "options": {
            "rounds": options.rounds,
            "seconds": options.seconds,
            "connections": options.connections,
            "threads": options.threads,
        },
        "contenders": {
            each.name: binary(each.binary) if hasattr(each, "binary") else {"peer": True}
            for each in contenders
        },
    }


def which(run):
    """What was measured: the run and the commit."""
    dirty = " with changes that are not committed" if run["dirty"] else ""
    foreign = "" if run["built_here"] else " (the harness's; the daemon is another build)"
    return f"run {run['run']}, commit {run['commit']}{dirty}{foreign}"


def described(run):
    """The paragraph under every table and plot."""
    machine_, options = run["machine"], run["options"]
    return (
        f"{which(run)}; {machine_['cpu']}, "
        f"{machine_['cores']} cores, {machine_['memory_gib']:.0f} GiB, {machine_['system']}, "
        f"kernel {machine_['kernel']}, PostgreSQL {machine_['postgresql']}; "
        f"data on {machine_['data_on']}; load average before: {machine_['load_before']}; "
        f"{options['rounds']} interleaved rounds of {options['seconds']} s"
    )


def write(name, content):
    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = OUTPUT / name
    text = content if isinstance(content, str) else json.dumps(content, indent=1) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def keep(paths, say):
    """--record: copies these files to bench/results/, to be committed."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    for path in paths:
        shutil.copyfile(path, RESULTS / path.name)
        say(f"recorded {(RESULTS / path.name).relative_to(ROOT)}")
