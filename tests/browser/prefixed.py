"""A reverse proxy that serves a daemon below /api/v1/."""
import http.client
import http.server
import threading
import urllib.parse

PREFIX = "/api/v1"


class Handler(http.server.BaseHTTPRequestHandler):
    """Passes a request on, without the prefix; what is not below it is 404."""

    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.startswith(PREFIX + "/"):
            return self.send_error(404)
        connection = http.client.HTTPConnection(self.server.daemon)
        connection.request(self.command, self.path[len(PREFIX):], body or None, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.send_response(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "keep-alive", "date"):
                self.send_header(name, value)
        self.end_headers()
        return self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on

    def log_message(self, *_):
        pass


class Prefixed:
    """Runs as long as the `with` block, which gets its URL."""

    def __init__(self, url):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon = urllib.parse.urlsplit(url).netloc
        self.server.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever).start()
        return f"http://127.0.0.1:{self.server.server_port}{PREFIX}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
