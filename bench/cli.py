"""The command line: `bench/main --help`."""
import argparse
import os
import pathlib
import signal
import sys
import time

from bench import allocations, growth, offered, overload, record, regress, syscalls, table
from bench.cases import BY_NAME, CASES
from bench.contender import Peer, Rollcall
from bench.process import Failed
from bench.stage import Stage

PROFILES = """\
profiles:
  (none)      a table of all cases, one beside the other: about 10 minutes, and
              3 more for each peer
  --growth    curves: throughput against connections, users, http.loops, lookup.batch_max
  --open      curves: latency against offered load, which comes evenly whatever the server does
  --overload  what is still answered in time when 1, 1.5, 2 and 4 times as much is asked as can be
              done: about 12 minutes
  --regress   instructions for a request, against those recorded in bench/instructions.json
  --syscalls  system calls for a request, by thread, counted with strace: 3 minutes
  --allocations
              allocations for a request, and who makes most of them: 3 minutes

cases, for --only:
"""
EPILOG = """
Everything runs on this machine over loopback, on a PostgreSQL cluster that is made for it with the
server's defaults (fsync on), and is stopped and removed at the end, also after Ctrl-C. Results are
in build/bench/. What is fair about which comparison, and what is not: bench/README.md.

examples:
  ./dev bench --only uncached-postgres --peer 'drogon=exec ./drogon-server --port $PORT'
  ./dev bench --against before=/tmp/before/rollcall      two builds in one run
  ROLLCALL=/tmp/other/rollcall ./dev bench --open --only root
"""
REFUSED = """\
Runs are not compared with each other. The same binary differs from run to run by tens of percent,
with what else the machine does, where its threads come to lie, and how warm it is; a change of that
size says nothing. Ratios mean something only within one run, where both sides were measured in the
same rounds. So measure both builds in one run:
  ./dev bench --against before=/path/to/another/rollcall
or count instructions, which do repeat: ./dev bench --regress"""
# Profiles that count what one binary does, in figures with names of their own.
COUNTED = {"regress": regress, "syscalls": syscalls, "allocations": allocations}


def named(text):
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise argparse.ArgumentTypeError(f"NAME=... is expected, not '{text}'")
    return name, value


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def counts(text):
    return [positive(number) for number in text.split(",")]


def numbers(text):
    found = [float(number) for number in text.split(",")]
    if min(found) <= 0:
        raise argparse.ArgumentTypeError("above 0")
    return found


def parser():
    names = "".join(f"  {case.name:22}{case.title.replace('`', '')}"
                    f"{'' if case.standard else '  (in the table only by --only)'}\n"
                    for case in CASES)
    made = argparse.ArgumentParser(
        prog="./dev bench", description="Measures Rollcall, and other servers beside it.",
        epilog=PROFILES + names + EPILOG, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    profile = made.add_mutually_exclusive_group()
    for name in ("growth", "open", "overload", "regress", "syscalls", "allocations"):
        profile.add_argument(f"--{name}", dest="profile", action="store_const", const=name,
                             help="see below")
    profile.add_argument("--compare", metavar="FILE", help="is refused: it says why")
    add = made.add_argument
    add("--rounds", type=positive, metavar="N",
        help="interleaved rounds (5; curves, --syscalls and --allocations 3; --overload 2; "
             "--regress 1)")
    add("--seconds", type=positive, metavar="N",
        help="each measurement (4; curves and --overload 3)")
    add("--connections", type=counts, metavar="LIST",
        help="kept open by the load (64); in the table a row for each number, instead of those of "
             "the case: 1,8,64,256")
    add("--threads", type=positive, default=1, metavar="N", help="of wrk (1)")
    add("--only", metavar="NAMES", help="cases, separated by commas")
    add("--peer", type=named, action="append", default=[], metavar="NAME=COMMAND|URL",
        help="another server beside Rollcall; a command gets PORT and DATABASE_URL, whose database "
             "has users(id bigint primary key, name text not null) with 10,000 rows")
    add("--peer-users", type=named, action="append", default=[], metavar="NAME=PREFIX",
        help="where that peer has users, an id follows (/users/)")
    add("--peer-create", type=named, action="append", default=[], metavar="NAME=SCRIPT",
        help='wrk script that creates users there (default: POST /users with {"name":...})')
    add("--against", type=named, action="append", default=[], metavar="NAME=BINARY",
        help="another build of Rollcall beside this one")
    add("--curves", default="connections,users,loops,batch", metavar="NAMES",
        help="which curves of --growth (all: connections,users,loops,batch)")
    add("--connections-max", type=positive, default=10000, metavar="N",
        help="of --growth (10000); needs ulimit -n")
    add("--users-max", type=positive, default=1000000, metavar="N",
        help="of --growth (1000000); 10000000 takes some GB and minutes more")
    add("--loops-max", type=positive, metavar="N", help="of --growth (the number of cores)")
    add("--rates", metavar="LIST", help="of --open, requests a second, separated by commas; else "
        "shares of the throughput in a closed loop")
    add("--loads", type=numbers, metavar="LIST",
        help="of --overload, in capacities, separated by commas (1,1.5,2,4)")
    add("--overload-connections", type=positive, default=6000, metavar="N",
        help="of --overload (6000)")
    add("--within", type=float, default=1.0, metavar="SECONDS",
        help="of --overload: a 2xx is good if it comes so soon after the request was due (1)")
    add("--record", action="store_true",
        help="copy results to bench/results/, or renew bench/instructions.json; commit them")
    add("--data", default="/var/tmp", metavar="DIR",
        help="where databases are: a disk, not memory, or writes cost nothing (/var/tmp)")
    return made


def chosen(options):
    """The cases of this run."""
    standard = {None: [case.name for case in CASES if case.standard], "open": offered.STANDARD,
                "overload": overload.STANDARD,
                "growth": [case.name for case in CASES]}
    names = options.only or standard.get(options.profile, [])
    unknown = [name for name in names if name not in BY_NAME]
    if unknown and options.profile not in COUNTED:
        raise Failed(f"no case is called {', '.join(unknown)}; there are: {', '.join(BY_NAME)}")
    cases = [case for case in CASES if case.name in names]
    if options.profile in ("open", "overload") and any(case.kind == "mix" for case in cases):
        raise Failed("the open loop sends no mix: measure it in the table")
    return cases


def contenders(options):
    ours = os.environ.get("ROLLCALL") or str(record.ROOT / "build" / "release" / "rollcall")
    options.rollcall_is_ours = not os.environ.get("ROLLCALL")
    made = [Rollcall("rollcall", ours)]
    made += [Rollcall(name, binary) for name, binary in options.against]
    for each in made:
        if not os.access(each.binary, os.X_OK):
            raise Failed(f"{each.binary} is no program: ./dev build makes one, or set ROLLCALL=")
    users, scripts = dict(options.peer_users), dict(options.peer_create)
    for name, where in options.peer:
        script = scripts.pop(name, None)
        made.append(Peer(name, where, users.pop(name, "/users/"),
                         script and str(pathlib.Path(script).resolve())))
    if users or scripts:
        raise Failed(f"no --peer is called {', '.join([*users, *scripts])}")
    names = [each.name for each in made]
    if len(names) != len(set(names)):
        raise Failed(f"two servers have one name: {', '.join(names)}")
    return made


def complete(options):
    """Fills in defaults that depend on the profile, and splits lists."""
    own = {None: (5, 4), "regress": (1, 1), "overload": (2, 3)}
    rounds, seconds = own.get(options.profile, (3, 3))
    options.rounds = options.rounds or rounds
    options.seconds = options.seconds or seconds
    options.clients = options.connections  # of the table; None: those of each case
    if options.profile and len(options.connections or ()) > 1:
        raise Failed("only the table takes several numbers of --connections")
    options.connections = (options.connections or [64])[0]
    options.only = [name for name in (options.only or "").split(",") if name]
    if options.within <= 0:
        raise Failed("--within must be above 0")
    options.curves = options.curves.split(",")
    options.rates = [float(rate) for rate in (options.rates or "").split(",") if rate]


def stopped(_number, _frame):
    raise KeyboardInterrupt


def measured(options):
    everyone = contenders(options)
    cases = chosen(options)
    began = time.monotonic()

    def say(text):
        print(f"[{time.monotonic() - began:5.0f} s] {text}", file=sys.stderr, flush=True)

    head = record.begin(options.profile or "table", options, everyone)
    busy = head["machine"]["load_before"]
    if busy > 0.5:
        say(f"the machine is not idle (load average {busy}): these figures are worth little")
    with Stage(options.data, say) as stage:
        if options.profile == "regress":
            return regress.run(stage, everyone[0].binary, options, head)
        if options.profile in COUNTED:
            profile = COUNTED[options.profile]
            paths, text = profile.run(stage, everyone[0].binary, options, head)
        else:
            profile = {None: table, "growth": growth, "open": offered,
                       "overload": overload}[options.profile]
            paths, text = profile.run(stage, everyone, cases, options, head)
    print(text)
    for path in paths:
        say(f"written: {path.relative_to(record.ROOT)}")
    if options.record:
        record.keep(paths, say)
    return 0


def main():
    options = parser().parse_args()
    if options.compare:
        print(REFUSED, file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stopped)
    try:
        complete(options)
        return measured(options)
    except Failed as failure:
        print(f"./dev bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("./dev bench: stopped", file=sys.stderr)
        return 130
