"""A Rollcall daemon of its own, and the users in its database."""
import http.client
import json
import re
import signal
import subprocess
import tempfile
import time

from bench.process import Child, Failed, clean_environment


class Node:
    """A daemon on ports that the kernel chooses; it is ready when the constructor returns.

    `wrapper` is put before the command, for a profiler; `pause` is the time in seconds between two
    probes of its readiness.
    """

    def __init__(self, binary, url, settings=(), log="/dev/null", wrapper=(), pause=0.01):
        command = [*wrapper, str(binary), "serve", "--set", "http.port=0", "--set", "admin.port=0"]
        command += ["--set", "log.level=warn", "--set", f"database.url={url}"]
        for setting in settings:
            command += ["--set", setting]
        self.child = Child(command, log, stdout=subprocess.PIPE)
        try:
            ports = re.findall(r":(\d+)", self.child.process.stdout.readline())
            if len(ports) != 2:
                raise Failed(f"{binary} did not start: {self.child.last_words()}")
            self.port, self.admin_port = int(ports[0]), int(ports[1])
            time.sleep(pause)
            while ask(self.admin_port, "/ready").status != 200:
                if not self.child.running():
                    raise Failed(f"{binary} ended: {self.child.last_words()}")
                time.sleep(pause)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self):
        return self.child.pid

    def running(self):
        return self.child.running()

    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def client(self):
        return http.client.HTTPConnection("127.0.0.1", self.port)

    def stop(self):
        """By SIGINT: after SIGTERM a daemon goes on serving for http.lame_duck_s."""
        self.child.stop(first=signal.SIGINT)


def ask(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.body = answer.read()
        return answer
    finally:
        connection.close()


def call(client, method, path, body=None):
    headers = {"Content-Type": "application/merge-patch+json"} if body else {}
    client.request(method, path, body, headers)
    answer = client.getresponse()
    return answer.status, answer.headers, answer.read()


def import_users(binary, url, count):
    """Imports the users 1..count, with name and e-mail, into an empty database."""
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as users:
        for number in range(1, count + 1):
            user = {"name": f"User {number}", "email": f"u{number}@example.org"}
            users.write(json.dumps(user) + "\n")
        users.flush()
        command = [str(binary), "import", "--set", f"database.url={url}", users.name]
        done = subprocess.run(
            command, check=False, env=clean_environment(), text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        if done.returncode != 0:
            raise Failed(f"{binary} import failed: {done.stderr.strip()[-2000:]}")


def version(binary):
    done = subprocess.run([str(binary), "version"], check=False, capture_output=True, text=True)
    return done.stdout.strip()
