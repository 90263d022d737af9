"""The servers that are measured: Rollcall, other builds of it, other servers."""
import contextlib
import dataclasses
import time
import urllib.error
import urllib.request

from bench.cases import USERS
from bench.cluster import free_port
from bench.node import Node
from bench.process import Child, Failed, clean_environment
from bench.stage import PEER_USERS


@dataclasses.dataclass
class Running:
    """A server that answers: the root of its processes if it is ours to see, and its database's.

    Only Rollcall has an admin port.
    """

    url: str
    pid: int | None
    database_pid: int | None = None
    admin_port: int | None = None


class Rollcall:
    """A binary of Rollcall: the one of this tree, or another (--against)."""

    def __init__(self, name, binary):
        self.name = name
        self.binary = binary

    def takes_part(self, _case):
        return True

    def request(self, case, running, users=USERS):
        """The URL, and the arguments of requests.lua."""
        if case.kind == "path":
            return f"{running.url}{case.path}", ("path",)
        if case.kind == "create":
            return f"{running.url}/users", ("create",)
        if case.kind == "mix":
            return f"{running.url}/users", ("mix", users)
        return f"{running.url}/users/", ("random", users)

    @contextlib.contextmanager
    def serve(self, stage, case, users=USERS, settings=()):
        with stage.database(self.binary, case.engine, users, case.writes) as database:
            node = Node(self.binary, database, (*case.settings, *settings), stage.log())
            try:
                postgres = stage.cluster.pid() if case.engine == "postgres" else None
                yield Running(node.url(), node.pid, postgres, node.admin_port)
                if not node.running():
                    raise Failed(f"{self.name} ended: {node.child.last_words()}")
            finally:
                node.stop()


class Peer:
    """Another server: a command that gets PORT and DATABASE_URL, or the URL of a running one.

    Of a server behind a URL the harness sees no processes, and gives it no database.
    """

    def __init__(self, name, where, users="/users/", create=None):
        self.name = name
        self.url = where.rstrip("/") if where.startswith("http://") else None
        self.command = None if self.url else where
        self.users = users
        self.script = create
        self.declined = set()

    def takes_part(self, case):
        return case.peers and case.name not in self.declined

    def request(self, case, running, _users=USERS):
        if case.kind == "path":
            return f"{running.url}{case.path}", ("path",)
        if case.kind == "create":
            request = ("script", self.script) if self.script else ("create",)
            return f"{running.url}/users", request
        return f"{running.url}{self.users}", ("random", PEER_USERS)

    @contextlib.contextmanager
    def serve(self, stage, case, _users=USERS, _settings=()):
        if self.url:
            yield Running(self.url, None)
            return
        with stage.peer_database(case.writes) as database:
            port = free_port()
            environment = clean_environment(PORT=str(port), DATABASE_URL=database)
            child = Child(["bash", "-c", self.command], stage.log(), env=environment)
            try:
                running = Running(f"http://127.0.0.1:{port}", child.pid, stage.cluster.pid())
                self.await_answer(running.url, child)
                yield running
                if not child.running():
                    raise Failed(f"{self.name} ended: {child.last_words()}")
            finally:
                child.stop()

    def await_answer(self, url, child):
        end = time.monotonic() + 30
        while time.monotonic() < end and child.running():
            if status_of(f"{url}/") is not None:
                return
            time.sleep(0.02)
        raise Failed(f"{self.name} does not answer on {url}: {child.last_words()}")


def status_of(url, body=None):
    """The status of one request; None if there is no answer."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, urllib.error.URLError):
        return None


def answers(case, url, request):
    """Whether the server supports the case: sends one request, which is not counted."""
    kind, *rest = request
    if kind == "script":
        return True
    if kind == "create":
        return (status_of(url, b'{"name":"First"}') or 0) // 100 == 2
    if kind == "mix":
        return all(status_of(f"{url}/{number}") == 200 for number in (1, rest[0]))
    if kind == "random":
        return all(status_of(f"{url}{number}") == 200 for number in (1, rest[0]))
    return status_of(url) == 200
