"""Asks /live and /ready beside a load, as a load balancer or an orchestrator does."""
import http.client
import os
import threading
import time

PATHS = ("/live", "/ready")
INTERVAL = 0.05  # seconds from the begin of a request to that of the next one
LIMIT = 1.0      # seconds; a later answer is a failure, as it is for most balancers
TIMEOUT = 3.0    # seconds; then it waits no longer for an answer


class Prober:
    """One thread for each path, as long as the `with` lasts; each request on a new connection.

    A latency counts from when the request began. So it does not include how late the thread woke,
    which is reported apart, but does include what the thread waits for its core to read the answer.
    Without a port nothing is asked.
    """

    def __init__(self, port, cores):
        self.port = port
        self.cores = cores
        self.ended = threading.Event()
        self.asked = {path: [] for path in PATHS}  # (begin, seconds, failed, late)
        self.threads = [threading.Thread(target=self.run, args=(path,)) for path in PATHS]

    def __enter__(self):
        for thread in self.threads if self.port else ():
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads if self.port else ():
            thread.join()

    def run(self, path):
        os.sched_setaffinity(0, self.cores)  # of this thread alone
        due = time.monotonic()
        while not self.ended.is_set():
            begin = time.monotonic()
            fine = self.answers(path)
            took = time.monotonic() - begin
            self.asked[path].append((begin, took, not fine or took > LIMIT, begin - due))
            due = max(due + INTERVAL, time.monotonic())
            self.ended.wait(due - time.monotonic())

    def answers(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def figures(self, begin, end):
        """What was asked in this time of the monotonic clock, by path; times in milliseconds."""
        return {
            path.strip("/"): {
                "ms": [round(1000 * took, 2) for at, took, _, _ in asked if begin <= at < end],
                "failures": sum(failed for at, _, failed, _ in asked if begin <= at < end),
                "late_ms": [round(1000 * late, 2) for at, _, _, late in asked if begin <= at < end],
            }
            for path, asked in self.asked.items()
        }


def pooled(rounds):
    """The figures of one path over all rounds; None if it was never asked."""
    times = sorted(each for figures in rounds for each in figures["ms"])
    late = sorted(each for figures in rounds for each in figures["late_ms"])
    if not times:
        return None
    return {"asked": len(times), "failures": sum(figures["failures"] for figures in rounds),
            "p50_ms": at(times, 0.5), "p99_ms": at(times, 0.99), "max_ms": times[-1],
            "prober_late_p99_ms": at(late, 0.99)}


def at(ordered, share):
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
