"""Processes that the harness starts and stops, and the resources they used, from the kernel."""
import contextlib
import dataclasses
import os
import resource
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A failure outside the harness; the message is for the person who ran the command."""


def clean_environment(**variables):
    """Our environment without variables that would configure a server, and with these."""
    ours = ("DATABASE_URL", "PORT", "ROLLCALL")
    kept = {k: v for k, v in os.environ.items() if k not in ours and not k.startswith("PG")}
    return {**kept, **variables}


def allow_files(count):
    """Lets this process and those that it starts open so many files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < count:
        raise Failed(f"{count} open files are needed, and the limit is {most}: ulimit -Hn, or "
                     "fewer connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Child:
    """A process in a session of its own: Ctrl-C reaches only the harness, which stops it."""

    def __init__(self, command, log, env=None, stdout=None, cwd=None):
        self.log_path = log
        with open(log, "wb") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stdout or errors,
                stderr=errors,
                env=env or clean_environment(),
                cwd=cwd,
                start_new_session=True,
                text=True,
            )
        self.pid = self.process.pid

    def running(self):
        return self.process.poll() is None

    def threads(self):
        """The names of its threads, by their ids."""
        folder = f"/proc/{self.pid}/task"
        found = {}
        for thread in os.listdir(folder):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended
                with open(f"{folder}/{thread}/comm", encoding="utf-8") as name:
                    found[int(thread)] = name.read().strip()
        return found

    def last_words(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-15:]).strip()

    def stop(self, first=signal.SIGTERM, grace=20):
        """Ends it and all that it started: by the signal `first`, after `grace` s by SIGKILL."""
        family = tree(self.pid)
        if self.running():
            self.process.send_signal(first)
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        left = [pid for pid in {*family, *tree(self.pid)} if pid != self.pid and alive(pid)]
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in left:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            end = time.monotonic() + 3
            while any(map(alive, left)) and time.monotonic() < end:
                time.sleep(0.01)
            left = [pid for pid in left if alive(pid)]
        if self.process.stdout:
            self.process.stdout.close()


def stat(pid):
    """The fields of /proc/PID/stat after the name, the state first; None if it has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def alive(pid):
    fields = stat(pid)
    return fields is not None and fields[0] != "Z"


def tree(root):
    """The processes that descend from root or belong to its session, with root itself."""
    parents, sessions = {}, {}
    for name in os.listdir("/proc"):
        fields = stat(name) if name.isdigit() else None
        if fields:
            parents[int(name)], sessions[int(name)] = int(fields[1]), int(fields[3])
    found = set()
    for pid in parents:
        above = pid
        while above in parents and above != root:
            above = parents[above]
        if above == root or sessions[pid] == root:
            found.add(pid)
    return found


@dataclasses.dataclass
class Usage:
    """What the processes of a tree have used since they began, and the memory they have now."""

    cpu_ticks: dict
    switches: dict
    rss_kib: int


def usage(root):
    """The usage of a tree. CPU time of ended children counts with the parent that reaped them."""
    cpu, switches, rss = {}, {}, 0
    for pid in tree(root):
        fields = stat(pid)
        if fields:
            cpu[pid] = sum(int(field) for field in fields[11:15])
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except FileNotFoundError:
            continue
        for thread in threads:
            values = status(f"/proc/{pid}/task/{thread}/status")
            switches[thread] = values.get("voluntary_ctxt_switches", 0) + values.get(
                "nonvoluntary_ctxt_switches", 0
            )
        rss += status(f"/proc/{pid}/status").get("VmRSS", 0)
    return Usage(cpu, switches, rss)


def status(path):
    """The numbers in a status file, by name."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            pairs = (line.split(":", 1) for line in file if ":" in line)
            words = {name: value.split() for name, value in pairs}
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {name: int(value[0]) for name, value in words.items() if value and value[0].isdigit()}


def cpu_seconds(before, after):
    gone = (ticks - before.cpu_ticks.get(pid, 0) for pid, ticks in after.cpu_ticks.items())
    return sum(gone) / TICKS


def context_switches(before, after):
    return sum(count - before.switches.get(thread, 0) for thread, count in after.switches.items())
