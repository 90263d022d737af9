"""The profile --syscalls: system calls for a request, by thread, counted with strace.

One client sends its next request when the last was answered, so nothing is saved by handling
several requests at a time; --only root-x16 and the like count that.
"""
import collections
import re
import shutil

from bench import record
from bench.counted import ONE_LOOP, chosen, exercise
from bench.process import Failed

REQUESTS = 1000
LOOP = "http-0"
LEAST = 0.005  # calls for a request; of rarer ones, the table has only the sum


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
        once, twice = (traced(stage, binary, count, times) for times in (1, 2))
        found[count.name] = rows(once, twice, count.requests)
        stage.say(f"{count.name}: {sum(each['all'] for each in found[count.name]):.2f} calls")
    text = markdown(found, head)
    result = {**head, "requests": REQUESTS, "calls_per_request": found}
    return [record.write("syscalls.json", result), record.write("syscalls.md", text)], text


def rows(once, twice, requests):
    """For each call how often a request makes it, in which threads; the most frequent one first."""
    made = collections.defaultdict(dict)
    for key in {*once, *twice}:
        number = (twice[key] - once[key]) / requests
        if number:
            thread, call = key
            made[call][thread] = number
    found = [{"call": call, "all": sum(threads.values()), "threads": threads}
             for call, threads in made.items()]
    return sorted(found, key=lambda each: -each["all"])


def markdown(found, head):
    lines = [f"| request | system call | {LOOP} | all threads | the other threads |",
             "|---|---|---:|---:|---|"]
    for name, calls in found.items():
        for each in calls:
            if each["all"] >= LEAST:
                others = sorted((number, thread) for thread, number in each["threads"].items()
                                if thread != LOOP and number >= LEAST)
                beside = ", ".join(f"{thread} {number:.2f}" for number, thread in others[::-1])
                ours = round(each["threads"].get(LOOP, 0), 2) + 0.0  # no -0.00
                lines.append(f"| {name} | {each['call']} | {ours:.2f} | {each['all']:.2f} | "
                             f"{beside} |")
        ours = sum(each["threads"].get(LOOP, 0) for each in calls)
        everyone = sum(each["all"] for each in calls)
        lines.append(f"| {name} | **sum** | **{ours:.2f}** | **{everyone:.2f}** | |")
    return "\n".join(lines) + (
        f"\n\nSystem calls for a request: the difference of a daemon with {REQUESTS:,} requests "
        f"and one with twice as many, under strace; {record.which(head)}. strace makes each call "
        "slow, so threads wait for each other otherwise than without it, which shows in `futex`.\n"
    )
