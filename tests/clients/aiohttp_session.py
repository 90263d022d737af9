#!/usr/bin/python3
"""Carries out the session of session.py with aiohttp (Debian: python3-aiohttp).

usage: aiohttp_session.py URL
"""
import asyncio
import sys

import aiohttp

sys.dont_write_bytecode = True
import session  # noqa: E402


class Client:
    """A session of aiohttp with one connection at a time, on a loop of its own."""

    def __init__(self, url):
        self.url = url
        self.loop = asyncio.new_event_loop()
        self.opened = 0  # connections so far; the last one is in use
        self.http = self.loop.run_until_complete(self.start())

    async def start(self):
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_start.append(self.note_connection)
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1),
                                     timeout=aiohttp.ClientTimeout(total=session.DEADLINE_S),
                                     trace_configs=[trace])

    async def note_connection(self, *_):
        self.opened += 1

    def send(self, *request):
        return self.loop.run_until_complete(self.send_request(*request))

    async def send_request(self, method, target, fields, body, how):
        async def pieces():
            for begin in range(0, len(body), 10):
                yield body[begin:begin + 10]

        # With expect100 the body waits for 100 without a limit but that of the request.
        async with self.http.request(method, self.url + target, headers=fields,
                                     data=pieces() if how == "chunked" else body,
                                     expect100=how == "expect") as response:
            read = await response.read()
        return session.Answer(response.status,
                              {name.lower(): text for name, text in response.headers.items()},
                              read, f"number {self.opened}")

    def close(self):
        self.loop.run_until_complete(self.http.close())
        self.loop.close()


def main():
    client = Client(sys.argv[1])
    try:
        return session.Session("aiohttp", client.send).run()
    finally:
        client.close()


if __name__ == "__main__":
    sys.exit(main())
