"""The profile --allocations: allocations for a request, and who makes them, counted by callgrind.

Callgrind writes how often each function called each other one. An allocation is a call of malloc,
calloc, realloc, operator new and the like, of whatever allocator is linked, by a function that is
none of these itself: an operator new that calls malloc counts once. What SQLite and libpq allocate
counts too, as they do it by malloc.
"""
import collections
import pathlib
import re

from bench import record
from bench.counted import ONE_LOOP, callgrind, chosen, middle, per_request
from bench.process import Failed

REQUESTS = 500
MOST = 10  # callers in the table; the JSON has all of them
ALLOCATORS = ("malloc", "calloc", "realloc", "reallocarray", "aligned_alloc", "posix_memalign",
              "memalign", "operator new")
# Tells the calls of an allocator apart by its callers, up to so many of them.
ARGUMENTS = tuple(f"--separate-callers8={name}*" for name in ALLOCATORS)
# Callers that allocate for their own caller, which is named instead.
PASS_ON = re.compile(
    r"(?:void )?(?:std::(?:__cxx11::basic_string|vector|deque|_(?!Function_handler)\w+)<"
    r"|asio::aligned_new\(|caf::make_mailbox_element\()|std::enable_if<.*> caf::make_message<")
SHORTER = ((re.compile(r"std::__cxx11::basic_string<char, std::char_traits<char>, "
                       r"std::allocator<char> >"), "std::string"),
           (re.compile(r"\(anonymous namespace\)::|\[abi:cxx11\]| \[clone [^]]*\]"), ""))
WIDTH = 110  # characters of a caller's name in the table


def calls_between(text):
    """The calls in a file of callgrind: {(name of the caller, name of the called): number}.

    To the name of an allocator those of its callers are appended, each after a '. A name is written
    once, with a number in brackets, and later only the number.
    """
    names, found = {"fn": {}, "ob": {}}, collections.Counter()
    caller = called = program = None
    for line in text.splitlines():
        key, _, rest = line.partition("=")
        if key in ("fn", "cfn", "ob", "cob"):
            known = names[key[-2:]]
            number, _, name = rest.partition(" ")
            name = known.setdefault(number, name)
            if key == "ob":
                program = pathlib.PurePath(name).name
            elif key == "fn":
                caller = f"a function of {program}" if name.startswith("0x") else name
            elif key == "cfn":
                called = name
        elif key == "calls":
            found[caller, called] += int(rest.split()[0])
    return found


def allocates(name):
    """Whether callgrind's name is that of an allocator: its own, or `operator new` with types."""
    base = name.partition("'")[0].partition("(")[0].removesuffix("[]")
    return base in ALLOCATORS


def allocations(text):
    """The allocations in a file of callgrind: {name of the caller: number}."""
    found = collections.Counter()
    for (caller, called), number in calls_between(text).items():
        if allocates(called) and not allocates(caller):
            found[wanting([caller, *called.split("'")[2:]])] += number
    if not found:
        raise Failed("callgrind saw no allocation: does it know the functions' names?")
    return found


def wanting(callers):
    """Of the callers, the nearest first, the one that wanted the memory."""
    for caller in callers:
        if not PASS_ON.match(caller):
            return caller
    return callers[-1]


def run(stage, binary, options, head):
    found = {}
    for count in chosen(options.only, REQUESTS):
        rounds = []
        for _ in range(options.rounds):
            once, twice = (allocations(callgrind(stage, binary, count, times, ONE_LOOP, ARGUMENTS))
                           for times in (1, 2))
            rounds.append(per_request(once, twice, count.requests))
        callers = {caller for each in rounds for caller in each}
        medians = {caller: middle(rounds, [caller])["median"] for caller in sorted(callers)}
        found[count.name] = {"all": middle(rounds, callers),
                             "callers": dict(sorted(medians.items(), key=lambda item: -item[1]))}
        stage.say(f"{count.name}: {found[count.name]['all']['median']:.2f} allocations")
    text = markdown(found, options.rounds, head)
    result = {**head, "requests": REQUESTS, "allocations_per_request": found}
    return [record.write("allocations.json", result), record.write("allocations.md", text)], text


def markdown(found, rounds, head):
    lines = ["| request | caller | allocations | least to most |", "|---|---|---:|---:|"]
    for name, figures in found.items():
        every = figures["all"]
        lines.append(f"| {name} | all | {every['median']:.2f} | "
                     f"{every['min']:.2f} to {every['max']:.2f} |")
        for caller, number in list(figures["callers"].items())[:MOST]:
            if number >= 0.005:
                lines.append(f"| {name} | `{short(caller)}` | {number:.2f} | |")
    return "\n".join(lines) + (
        f"\n\nAllocations for a request, and the {MOST} functions that make most of them: the "
        f"difference of a daemon with {REQUESTS:,} requests and one with twice as many, under "
        f"callgrind; medians of {rounds} rounds; {record.which(head)}.\n"
    )


def short(name):
    for long, brief in SHORTER:
        name = long.sub(brief, name)
    return name if len(name) <= WIDTH else f"{name[:WIDTH - 3]}..."
