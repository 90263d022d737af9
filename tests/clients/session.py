"""The session of requests that every client in this folder carries out, for the Python clients.

Not started by itself: http_client.py, aiohttp_session.py and httpx_session.py pass a function that
sends one request. curl.sh, session.mjs, Session.java and session.go have the same requests under
the same names.
"""
import dataclasses
import json
import os
import sys

DEADLINE_S = 10  # for each request
LARGE = 1_200_000  # bytes; the daemon accepts 65,536 (http.max_body_bytes)
JSON = {"Content-Type": "application/json"}
UPGRADE = {  # what java.net.http.HttpClient adds to every request on a plain connection
    "Connection": "Upgrade, HTTP2-Settings",
    "Upgrade": "h2c",
    "HTTP2-Settings": "AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA",
}


@dataclasses.dataclass
class Answer:
    """What the daemon answered."""

    status: int = 0
    fields: dict = dataclasses.field(default_factory=dict)  # names in lower case
    body: bytes = b""
    connection: object = None  # equal for two requests if they went over one connection
    continued: object = None  # whether 100 came before the body was sent; None: not visible

    def json(self):
        """The members of the body; none if it is no JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


class Session:
    """Sends requests, and notes every answer that is not as expected."""

    def __init__(self, client, send):
        self.client = client
        self.send = send  # (method, target, fields, body, how) -> Answer
        self.requests = 0
        self.failures = []
        self.connection = None

    def expect(self, request, what, expected, actual):
        """Compares one part of an answer."""
        if expected != actual:
            self.failures.append(f"{request}: {what}: expected {expected}, actual {actual}")

    def step(self, request, status, method, target, fields=None, body=None, how="plain",
             slug=None, moves=False):
        """Sends a request and checks its status and its connection.

        `how` is plain, chunked or expect; `slug` names the problem document; `moves` permits that
        the request goes over another connection than the one before.
        """
        self.requests += 1
        try:
            answer = self.send(method, target, fields or {}, body, how)
        except Exception as error:  # each library has errors of its own
            self.expect(request, "status", status, repr(error))
            self.connection = None
            return Answer()
        self.expect(request, "status", status, answer.status)
        if slug and answer.status == status:
            self.problem(request, slug, answer)
        if self.connection is not None and not moves:
            self.expect(request, "connection", self.connection, answer.connection)
        self.connection = answer.connection
        return answer

    def problem(self, request, slug, answer):
        """Checks that the body is the problem document of this slug."""
        self.expect(request, "Content-Type", "application/problem+json",
                    answer.fields.get("content-type"))
        document = answer.json()
        self.expect(request, "type", f"/problems/{slug}", document.get("type"))
        self.expect(request, "member status", answer.status, document.get("status"))

    def user(self, name):
        """A body whose e-mail no other user has."""
        mail = f"{self.client}-{name}-{os.getpid()}@example.org"
        return json.dumps({"name": "Ada Lovelace", "email": mail}).encode()

    def run(self):
        """Carries out all requests; returns the exit code."""
        self.carry_out()
        for failure in self.failures:
            print(failure, file=sys.stderr)
        print(self.requests, "requests")
        return 1 if self.failures else 0

    def carry_out(self):
        created = self.step("create", 201, "POST", "/users", JSON, self.user("plain"))
        location = created.fields.get("location", "")
        first = created.fields.get("etag", "")
        self.expect("create", "Location", f"/users/{created.json().get('id')}", location)
        self.expect("create", "ETag", '"1"', first)
        if not location:
            return

        read = self.step("read", 200, "GET", location)
        self.expect("read", "ETag", first, read.fields.get("etag"))
        self.expect("read", "body", created.body, read.body)
        unchanged = self.step("read if changed", 304, "GET", location, {"If-None-Match": first})
        self.expect("read if changed", "body", b"", unchanged.body)
        changed = self.step("change", 200, "PATCH", location, {**JSON, "If-Match": first},
                            b'{"name":"Ada King"}')
        self.expect("change", "ETag", '"2"', changed.fields.get("etag"))
        self.expect("change", "name", "Ada King", changed.json().get("name"))
        self.step("change with a stale ETag", 412, "PATCH", location, {**JSON, "If-Match": first},
                  b'{"name":"Ada Byron"}', slug="precondition-failed")
        self.step("duplicate e-mail", 409, "POST", "/users", JSON, self.user("plain"),
                  slug="email-taken")
        invalid = self.step("invalid body", 422, "POST", "/users", JSON, b"{}",
                            slug="validation-failed")
        self.expect("invalid body", "pointers", ["/name"],
                    [error.get("pointer") for error in invalid.json().get("errors", [])])
        self.step("unknown route", 404, "GET", "/nothing", slug="not-found")

        chunked = self.step("chunked body", 201, "POST", "/users", JSON, self.user("chunked"),
                            "chunked")
        head = self.step("head", 200, "HEAD", location)
        self.expect("head", "body", b"", head.body)
        self.expect("head", "Content-Length", str(len(changed.body)),
                    head.fields.get("content-length"))
        options = self.step("options", 204, "OPTIONS", location)
        self.expect("options", "Allow has PATCH", True,
                    "PATCH" in options.fields.get("allow", "").replace(",", " ").split())
        upgrade = self.step("upgrade to h2c", 200, "GET", location, UPGRADE)
        self.expect("upgrade to h2c", "body", changed.body, upgrade.body)
        self.step("read after the upgrade", 200, "GET", location)  # over the same connection

        # After a refusal the client may open another connection, as the body that it announced was
        # not sent.
        expected = self.step("expect", 201, "POST", "/users", JSON, self.user("expect"), "expect")
        self.expect("expect", "100 came", True, expected.continued is not False)
        self.step("expect, unknown route", 404, "POST", "/nothing", JSON, b"{}", "expect",
                  slug="not-found")
        self.step("read after a refusal", 200, "GET", location, moves=True)
        self.step("expect, wrong type", 415, "POST", "/users", {"Content-Type": "text/plain"},
                  b"Ada", "expect", slug="unsupported-media-type")
        self.step("large body", 413, "POST", "/users", JSON, b" " * LARGE,
                  slug="content-too-large", moves=True)
        self.step("read after a large body", 200, "GET", location, moves=True)

        for answer in (created, chunked, expected):
            if "location" in answer.fields:
                gone = self.step("delete", 204, "DELETE", answer.fields["location"])
                self.expect("delete", "body", b"", gone.body)
        self.step("read what is deleted", 404, "GET", location, slug="user-not-found")
