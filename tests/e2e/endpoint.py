# SPDX-License-Identifier: Apache-2.0
"""An integrator's endpoint for webhooks, on this machine."""

import http.server
import json
import threading


class Endpoint(http.server.ThreadingHTTPServer):
    """Keeps what comes, or answers 500 and keeps nothing while it is `down`."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Taker)
        self.came = []  # (headers by their names in lower case, body)
        self.down = False
        self.url = f"http://127.0.0.1:{self.server_port}/hook"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def events(self):
        return [event for _, body in self.came for event in json.loads(body)["events"]]

    def types(self):
        return [event["type"] for event in self.events()]

    def close(self):
        self.shutdown()
        self.server_close()


class _Taker(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.server.down:
            self.server.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(500 if self.server.down else 204)
        self.end_headers()

    def log_message(self, *_):
        pass
