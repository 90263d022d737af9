"""A PostgreSQL cluster that is made for a run and deleted after it."""
import glob
import os
import shutil
import signal
import socket
import subprocess
import time

from bench.process import Child, Failed, clean_environment


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def programs():
    """The folder with the programs of the newest PostgreSQL; Debian does not put it into PATH."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if not found:
        raise Failed("there is no PostgreSQL: ./dev setup bench")
    return os.path.dirname(max(found, key=lambda path: int(path.split("/")[-3])))


class Cluster:
    """Has the server's defaults: fsync, full_page_writes and synchronous_commit are on."""

    def __init__(self, folder):
        self.bin = programs()
        self.folder = str(folder)
        self.port = free_port()
        self.child = None
        self.copies = 0
        self.as_user = []
        os.makedirs(self.folder)
        if os.geteuid() == 0:
            self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
            shutil.chown(self.folder, "postgres", "postgres")
        self.call("initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", "postgres",
                  "-E", "UTF8", "--locale=C.UTF-8")
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def call(self, program, *arguments):
        done = subprocess.run(
            [*self.as_user, f"{self.bin}/{program}", *arguments],
            cwd="/", env=clean_environment(), text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        if done.returncode != 0:
            raise Failed(f"{program} failed: {done.stdout.strip()}")
        return done.stdout.strip()

    def start(self):
        """Returns when the server lets clients in."""
        command = [*self.as_user, f"{self.bin}/postgres", "-D", f"{self.folder}/data",
                   "-p", str(self.port), "-k", self.folder, "-c", "listen_addresses=127.0.0.1"]
        self.child = Child(command, f"{self.folder}.log", cwd="/")
        while True:
            ready = [f"{self.bin}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
            if subprocess.run(ready, check=False).returncode == 0:
                return
            if not self.child.running():
                raise Failed(f"PostgreSQL did not start: {self.child.last_words()}")
            time.sleep(0.005)

    def stop(self):
        """Fast shutdown: connections are closed; what was committed is on disk."""
        if self.child:
            self.child.stop(first=signal.SIGINT)
            self.child = None

    def pid(self):
        return self.child.pid

    def url(self, database="postgres"):
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def sql(self, text, database="postgres"):
        return self.call("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", text,
                         self.url(database))

    def make(self, name):
        self.sql(f'CREATE DATABASE "{name}"')

    def copy(self, template):
        """The name of a new database with the same content, to be written to and dropped."""
        self.copies += 1
        name = f"{template}_{self.copies}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name):
        self.sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def settle(self):
        """A checkpoint now, so that earlier writes cause none during the next measurement."""
        self.sql("CHECKPOINT")
