# SPDX-License-Identifier: Apache-2.0
"""The platform's API (spec/openapi.yaml), as far as ./dev and the benchmarks of whole processes need it."""

import http.client
import json
import urllib.error
import urllib.request

import ui


class Unreachable(Exception):
    pass


class Problem(ui.Failed):
    def __init__(self, method: str, path: str, status: int, body: bytes):
        try:
            self.problem = json.loads(body)
        except ValueError:
            self.problem = {}
        super().__init__(f"{method} {path}: {status} {self.problem.get('code', '')}: {self.problem.get('detail', body[:200])}")


class Api:
    def __init__(self, url: str, key: str | None = None):
        self.url, self.key = url, key

    def call(self, method: str, path: str, body: dict | bytes | None = None):
        """The answer: parsed when it is JSON, bytes when it is not."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if body is not None:
            headers["Content-Type"] = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                content = answer.read()
                return json.loads(content) if "json" in answer.headers.get("Content-Type", "") else content
        except urllib.error.HTTPError as error:
            raise Problem(method, path, error.code, error.read()) from None
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(str(error)) from None

    def get(self, path: str):
        return self.call("GET", path)

    def create(self, path: str, body: dict) -> dict:
        """Makes what `body` names, or finds what has the name already."""
        try:
            return self.call("POST", path, body)
        except Problem as problem:
            if problem.problem.get("code") != "already_exists":
                raise
            return self.get(f"{path}/{problem.problem['existing_id']}")
