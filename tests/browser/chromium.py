"""A headless Chromium, told what to do by the DevTools protocol over a pair of pipes."""
import json
import os
import select
import signal
import subprocess
import tempfile
import time

from daemon import Failed

LIMIT_S = 60


class Chromium:
    """Runs as long as the `with` block."""

    def __init__(self, program):
        # Processes of the browser may still write to it when the first one has ended.
        self.profile = tempfile.TemporaryDirectory(prefix="rollcall-browser-",
                                                   ignore_cleanup_errors=True)
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        # It reads commands from descriptor 3 and writes answers to 4. Root has no sandbox.
        words = [program, "--headless", "--no-sandbox", "--remote-debugging-pipe", "--no-first-run",
                 "--disable-gpu", "--disable-dev-shm-usage", "--disable-component-update",
                 "--disable-background-networking", "--no-proxy-server",
                 f"--user-data-dir={self.profile.name}"]
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "bash", *words],
            pass_fds=(commands, answers), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.unread = b""
        self.sent = 0
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        self.profile.cleanup()

    def message(self):
        """The next message of the browser."""
        deadline = time.monotonic() + LIMIT_S
        while b"\0" not in self.unread:
            left = max(0, deadline - time.monotonic())
            if not select.select([self.answers], [], [], left)[0]:
                raise Failed(f"the browser says nothing for {LIMIT_S} s")
            piece = os.read(self.answers, 1 << 20)
            if not piece:
                raise Failed("the browser has ended")
            self.unread += piece
        text, _, self.unread = self.unread.partition(b"\0")
        return json.loads(text)

    def call(self, method, session=None, **parameters):
        """Carries out a command and returns its result; events meanwhile are kept."""
        self.sent += 1
        command = {"id": self.sent, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.sent:
                if "error" in message:
                    raise Failed(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait_for(self, method):
        """Waits for an event that has not come yet, or is among those kept."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())


class Page:
    """A tab."""

    def __init__(self, browser):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def open(self, url, width=1280, scheme="light"):
        """Loads the page; what it reports from then on is in errors()."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=800,
                  deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.browser.events.clear()
        problem = self.call("Page.navigate", url=url).get("errorText")
        if problem:
            raise Failed(f"{url}: {problem}")
        self.browser.wait_for("Page.loadEventFired")

    def evaluate(self, script):
        """The value of an expression, or of the promise that it is."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in result:
            raise Failed(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press_enter(self):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r",
                      windowsVirtualKeyCode=13)

    def errors(self):
        """What the console has shown since the page was opened: errors, and what was refused."""
        found = []
        for event in self.browser.events:
            what = event.get("params", {})
            if event["method"] == "Log.entryAdded" and what["entry"]["level"] == "error":
                found.append(what["entry"]["text"])
            if event["method"] == "Runtime.exceptionThrown":
                found.append(str(what["exceptionDetails"]))
            if event["method"] == "Runtime.consoleAPICalled":
                found.append(str(what["args"]))
        return found
