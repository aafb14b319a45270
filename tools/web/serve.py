#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Serves a folder of files to this machine's browsers, and says where: serve.py FOLDER [PORT], 0 for any port."""

import functools
import http.server
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".wasm": "application/wasm", ".js": "text/javascript"}

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")  # the rest is in the page
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_):
        pass


def serve(folder, port: int) -> None:
    """Until Ctrl-C. OSError: the port is taken."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Handler, directory=str(folder))) as server:
        print(f"http://localhost:{server.server_port}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    serve(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 0)
