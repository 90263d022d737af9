#!/usr/bin/python3
"""Carries out the session of session.py with httpx (Debian: python3-httpx).

httpx does not wait for 100: it sends a body at once after the head that announces it, and skips a
100 before the answer. usage: httpx_session.py URL
"""
import sys

import httpx

sys.dont_write_bytecode = True
import session  # noqa: E402


class Client:
    """A client of httpx, which keeps connections."""

    def __init__(self, url):
        self.http = httpx.Client(base_url=url, timeout=session.DEADLINE_S, trust_env=False)

    def send(self, method, target, fields, body, how):
        if how == "expect":
            fields = {**fields, "Expect": "100-continue"}
        if how == "chunked":
            content = (body[begin:begin + 10] for begin in range(0, len(body), 10))
        else:
            content = body
        with self.http.stream(method, target, headers=fields, content=content) as response:
            network = response.extensions["network_stream"]
            connection = network.get_extra_info("client_addr")
            read = response.read()
        return session.Answer(response.status_code, dict(response.headers), read, connection)


def main():
    client = Client(sys.argv[1])
    with client.http:
        return session.Session("httpx", client.send).run()


if __name__ == "__main__":
    sys.exit(main())
