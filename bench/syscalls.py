"""The profile --syscalls: system calls for a request, by thread, counted with strace.

One client sends its next request when the last was answered, so nothing is saved by handling
several requests at a time; --only root-x16 and the like count that.
"""
import collections
import re
import shutil

from bench import record
from bench.counted import ONE_LOOP, chosen, exercise, middle, per_request
from bench.process import Failed

REQUESTS = 2000
LOOP = "http-0"
LEAST = 0.005  # calls for a request; rarer ones are only in the sum


def traced(stage, binary, count, times):
    """The calls of a daemon from start to end: {(thread's name, call): number}."""
    out = stage.folder / stage.new_name("strace")
    # -D: the daemon, not strace, is the process that we started; -ff: a file for each thread.
    wrapper = ("strace", "-D", "-ff", "-q", "-s", "0", "-e", "raw=all", "-o", str(out))
    names = {}
    node = exercise(stage, binary, count, times, wrapper, ONE_LOOP,
                    look=lambda running: names.update(running.child.threads()))
    found = collections.Counter()
    files = list(stage.folder.glob(f"{out.name}.*"))
    for path in files:
        thread = names.get(int(path.suffix[1:]), "a thread that ended")
        text = path.read_text(encoding="utf-8", errors="replace")
        if not re.search(r"^\+\+\+ ", text, re.MULTILINE):
            raise Failed(f"strace did not finish: {node.child.last_words()}")
        for call, number in calls_in(text).items():
            found[thread, call] += number
        path.unlink()
    if LOOP not in {thread for thread, _ in found}:
        raise Failed(f"strace saw no thread {LOOP}: {node.child.last_words()}")
    return found


def calls_in(text):
    """The system calls in what strace wrote about one thread: {name: number}."""
    return collections.Counter(re.findall(r"^(\w+)\(", text, re.MULTILINE))


def run(stage, binary, options, head):
    if not shutil.which("strace"):
        raise Failed("there is no strace, which counts system calls: apt-get install strace")
    found = {}
    for count in chosen(options.only, REQUESTS):
        rounds = []
        for _ in range(options.rounds):
            once, twice = (traced(stage, binary, count, times) for times in (1, 2))
            rounds.append(per_request(once, twice, count.requests))
        found[count.name] = rows(rounds)
        stage.say(f"{count.name}: {found[count.name][-1]['all']['median']:.2f} calls")
    text = markdown(found, options.rounds, head)
    result = {**head, "requests": REQUESTS, "calls_per_request": found}
    return [record.write("syscalls.json", result), record.write("syscalls.md", text)], text


def rows(rounds):
    """Of each call how often a request makes it, in all threads and in each: the most frequent call
    first, the sum of all last. A round is {(thread's name, call): number}.
    """
    keys = {key for each in rounds for key in each}

    def row(call, keys):
        threads = {thread: middle(rounds, [key for key in keys if key[0] == thread])["median"]
                   for thread in sorted({thread for thread, _ in keys})}
        return {"call": call, "all": middle(rounds, keys), "threads": threads}

    found = [row(call, [key for key in keys if key[1] == call])
             for call in {call for _, call in keys}]
    found.sort(key=lambda each: (-each["all"]["median"], each["call"]))
    return [*found, row("sum", keys)]


def markdown(found, rounds, head):
    lines = [f"| request | system call | {LOOP} | all threads | least to most | other threads |",
             "|---|---|---:|---:|---:|---|"]
    for name, calls in found.items():
        for each in calls:
            every = each["all"]
            if every["median"] < LEAST:
                continue
            ours = round(each["threads"].get(LOOP, 0), 2) + 0.0  # no -0.00
            others = sorted((number, thread) for thread, number in each["threads"].items()
                            if thread != LOOP and number >= LEAST)
            beside = ", ".join(f"{thread} {number:.2f}" for number, thread in others[::-1])
            lines.append(f"| {name} | {each['call']} | {ours:.2f} | {every['median']:.2f} | "
                         f"{every['min']:.2f} to {every['max']:.2f} | {beside} |")
    return "\n".join(lines) + (
        f"\n\nSystem calls for a request: the difference of a daemon with {REQUESTS:,} requests "
        f"and one with twice as many, under strace; medians of {rounds} rounds; "
        f"{record.which(head)}. strace makes each call slow, so threads wait for each other "
        "otherwise than without it, which shows in `futex`.\n"
    )
