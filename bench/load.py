"""Load on a URL: closed loop by wrk, open loop by our own generator (open_loop.cpp)."""
import json
import pathlib
import subprocess

from bench.process import Failed, clean_environment

HERE = pathlib.Path(__file__).resolve().parent
GENERATOR = HERE.parent / "build" / "release" / "open_loop"


def bounded(command, seconds):
    """Runs a load generator; kills it if it takes much longer than `seconds`."""
    try:
        done = subprocess.run(
            command, check=False, text=True, env=clean_environment(), timeout=seconds + 60,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
    except FileNotFoundError as missing:
        raise Failed(f"there is no {missing.filename}: ./dev bench builds it, "
                     "./dev setup bench installs it") from None
    except subprocess.TimeoutExpired:
        raise Failed(f"{command[0]} did not end") from None
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def closed(url, request, connections, seconds, threads=1, wrapper=()):
    """Closed loop by wrk: each connection sends its next request when the last one was answered.

    `request` are the arguments of requests.lua. Figures are in milliseconds and requests a second.
    Statuses over 399, broken connections and answers after 10 s are errors. `wrapper` is put before
    the command.
    """
    command = [*wrapper, "wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s",
               "--timeout", "10s", "-s", str(HERE / "requests.lua"), url, "--", *map(str, request)]
    output = bounded(command, seconds)
    found = [line.split()[1:] for line in output.splitlines() if line.startswith("RESULT ")]
    if not found:
        raise Failed(f"wrk measured nothing: {output.strip()}")
    count, took, p50, p99, p999, longest, *errors = map(int, found[0])
    return {
        "requests": count,
        "rate": count / (took / 1e6),
        "p50_ms": p50 / 1000,
        "p99_ms": p99 / 1000,
        "p999_ms": p999 / 1000,
        "max_ms": longest / 1000,
        "errors": sum(errors),
    }


def opened(url, request, connections, seconds, rate, warmup=1, wrapper=(), arguments=()):
    """Open loop: requests are due at even intervals, `rate` a second, whatever the server does.

    `arguments` are further ones of the generator.
    """
    kind, *rest = request
    if kind in ("script", "mix"):
        raise Failed("the open loop sends no scripts of wrk, and no mix")
    command = [*wrapper, str(GENERATOR), url, "--rate", f"{rate:.1f}", "--seconds", str(seconds),
               "--warmup", str(warmup), "--connections", str(connections), *arguments]
    if kind == "random":
        command += ["--ids", str(rest[0])]
    if kind == "create":
        command += ["--create"]
    figures = json.loads(bounded(command, seconds + warmup))
    figures["errors_by_kind"] = figures["errors"]
    figures["errors"] = sum(figures["errors"].values()) + figures["unanswered"]
    return figures
