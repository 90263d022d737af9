#!/usr/bin/python3
"""Carries out the session of session.py with Python's http.client. Needs Python only.

usage: http_client.py URL
"""
import http.client
import socket
import sys
import urllib.parse

sys.dont_write_bytecode = True
import session  # noqa: E402


class Client:
    """One connection, which http.client opens again after the daemon has closed it."""

    def __init__(self, url):
        address = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port,
                                                     timeout=session.DEADLINE_S)

    def send(self, method, target, fields, body, how):
        try:
            if how == "expect":
                continued = self.announce(method, target, fields, body)
            else:
                continued = None
                chunked = how == "chunked"
                data = (body[i:i + 10] for i in range(0, len(body), 10)) if chunked else body
                self.connection.request(method, target, data, fields, encode_chunked=chunked)
            port = self.connection.sock.getsockname()[1]
            response = self.connection.getresponse()
            answer = session.Answer(response.status,
                                    {name.lower(): text for name, text in response.getheaders()},
                                    response.read(), port, continued)
        except Exception:
            self.connection.close()
            raise
        if continued is False:
            self.connection.close()  # the body that the head announces was not sent
        return answer

    def announce(self, method, target, fields, body):
        """Sends the head, waits for an answer, and sends the body if that is 100.

        Returns whether it was. http.client itself reads a 100 without telling.
        """
        self.connection.putrequest(method, target)
        for name, text in {**fields, "Content-Length": len(body), "Expect": "100-continue"}.items():
            self.connection.putheader(name, text)
        self.connection.endheaders()
        wanted = b"HTTP/1.1 100"
        # Over loopback the beginning of an answer is not split.
        if self.connection.sock.recv(len(wanted), socket.MSG_PEEK) != wanted:
            return False
        self.connection.send(body)
        return True


if __name__ == "__main__":
    sys.exit(session.Session("http.client", Client(sys.argv[1]).send).run())
