"""A client that sends the same requests each time, in the same order and the same packets."""
import socket

from bench.process import Failed


class Client:
    """Keeps `width` requests under way: pipelined on one connection, or one on each of several."""

    def __init__(self, port, width=1, pipelined=False):
        self.each = width if pipelined else 1
        self.connections = [
            socket.create_connection(("127.0.0.1", port), timeout=120)
            for _ in range(1 if pipelined else width)
        ]
        for connection in self.connections:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, requests):
        """Sends all requests, `width` at a time, and reads their answers before the next ones."""
        step = self.each * len(self.connections)
        for begin in range(0, len(requests), step):
            wave = requests[begin:begin + step]
            for place, connection in enumerate(self.connections):
                part = wave[place * self.each:(place + 1) * self.each]
                if part:
                    connection.sendall(b"".join(part))
            for place, connection in enumerate(self.connections):
                part = wave[place * self.each:(place + 1) * self.each]
                if part:
                    receive(connection, len(part))

    def close(self):
        for connection in self.connections:
            connection.close()


def receive(connection, count):
    """Reads this many answers; each must be a 2xx."""
    text = b""
    for _ in range(count):
        while b"\r\n\r\n" not in text:
            text += more(connection)
        head, _, text = text.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        if not lines[0].startswith(b"http/1.1 2"):
            raise Failed(f"an answer was: {head.decode(errors='replace')}")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        while len(text) < length:
            text += more(connection)
        text = text[length:]


def more(connection):
    data = connection.recv(65536)
    if not data:
        raise Failed("the server closed a connection")
    return data


def get(path):
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(number):
    body = f'{{"name":"Created {number:08}"}}'
    return (f"POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()
