"""A rollcall for tests that are written in Python."""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

START_LIMIT_S = 60
STOP_LIMIT_S = 30
LISTENING = re.compile(r"listening on (http://\S+) \(admin on (http://\S+)\)")


class Failed(Exception):
    """Ends the run; the text says why."""


class Daemon:
    """A rollcall that runs as long as the `with` block, in a temporary folder.

    Before it starts, the users of the file `imports` are imported, if one is given."""

    def __init__(self, binary, imports=None):
        self.folder = tempfile.TemporaryDirectory(prefix="rollcall-clients-")
        self.log = pathlib.Path(self.folder.name, "log")
        settings = ("http.port=0", "admin.port=0", "http.lame_duck_s=0",
                    f"database.url=sqlite:{self.folder.name}/users.db")
        options = [word for text in settings for word in ("--set", text)]
        surroundings = {name: text for name, text in os.environ.items()
                        if name not in ("DATABASE_URL", "PORT")}
        with open(self.log, "wb") as log:
            if imports:
                subprocess.run([binary, "import", *options, imports], stdout=log, stderr=log,
                               env=surroundings, timeout=START_LIMIT_S, check=True)
            self.process = subprocess.Popen([binary, "serve", *options], stdout=log, stderr=log,
                                            env=surroundings)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self):
        """Asks until the daemon listens and is ready; returns its URL."""
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failed(f"the daemon has ended with {self.process.returncode}:\n{self.said()}")
            found = LISTENING.search(self.said())
            if found and ready(found[2]):
                return found[1]
            time.sleep(0.02)
        raise Failed(f"the daemon is not ready after {START_LIMIT_S} s:\n{self.said()}")

    def stop(self):
        """Ends the daemon, which must end well."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            raise Failed(f"the daemon does not stop:\n{self.said()}") from None
        if code != 0:
            raise Failed(f"the daemon has ended with {code}:\n{self.said()}")


def ready(admin):
    try:
        # Not through the proxy that the environment may name.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{admin}/ready", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
