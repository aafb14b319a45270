#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks spec/openapi.yaml against a running platform.

    check_openapi.py OPENAPI PLATFORM

Every route of the server is in the document and every operation of the document is served; every answer has a documented status and
validates against its schema; every documented status is seen at least once; every operation refuses a key without its permission and
takes one that has nothing else; nothing of one workspace is seen by another. Exit status 1 and one line a fault when not.
"""

import base64
import datetime
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

import jsonschema
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

for folder in ("../phone", "../e2e", "../../tools/firmware"):
    sys.path.append(os.path.join(os.path.dirname(__file__), folder))
import image as firmware_image  # noqa: E402
import provider as oidc_provider  # noqa: E402
import reference as phone_reference  # noqa: E402

PASSWORD = "a long enough password"
SEEN = {}  # operationId -> statuses
FAULTS = []


def fault(text):
    FAULTS.append(text)


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = yaml.safe_load(file)
        self.operations = {}
        for template, item in self.root["paths"].items():
            for method, operation in item.items():
                if method == "parameters":
                    continue
                operation = dict(operation, method=method.upper(), template=template)
                pattern = "^" + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)) + "$"
                operation["pattern"] = re.compile(pattern)
                self.operations[operation["operationId"]] = operation
        self.formats = jsonschema.FormatChecker(formats=[])
        self.formats.checks("date-time")(lambda text: not isinstance(text, str) or bool(re.match(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", text)))

    def resolve(self, node):
        while "$ref" in node:
            target = self.root
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def operation_at(self, method, path):
        # A literal wins over a name, as in the router.
        found = [o for o in self.operations.values() if o["method"] == method and o["pattern"].match(path)]
        return min(found, key=lambda o: o["template"].count("{"), default=None)

    def errors(self, schema, value):
        validator = jsonschema.Draft202012Validator({**schema, "components": self.root["components"]}, format_checker=self.formats)
        return [f"/{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(value)]


class Platform:
    def __init__(self, document, binary):
        self.document = document
        self.process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.hello = json.loads(self.process.stdout.readline())
        self.address = urllib.parse.urlsplit(self.hello["url"]).netloc
        self.key = self.hello["key"]
        self.count = 0
        self.ahead = 0

    def advance(self, seconds):
        self.ahead += seconds
        self.order("advance", seconds=seconds)

    def order(self, what, **members):
        self.process.stdin.write(json.dumps({"do": what, **members}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        if self.process.wait(60) != 0:
            fault(f"the platform ended with status {self.process.returncode}")

    def send(self, method, path, body=None, key="own", content_type=None, idempotency_key=None, address=None, more=None):
        """One request; its answer is checked against the document. Returns (status, body)."""
        # Every request comes from somewhere else, so that only who says an address meets its limit.
        self.count += 1
        headers = {"X-Forwarded-For": address or f"10.0.{self.count // 256}.{self.count % 256}", **(more or {})}
        if key == "own":
            key = self.key
        if key:
            headers["Authorization"] = "Bearer " + key
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers["Content-Type"] = content_type or "application/json"
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request(method, path, data, headers)
        response = connection.getresponse()
        # A stream has no end: its first line must do.
        content = response.readline() if response.getheader("Content-Type") == "text/event-stream" else response.read()
        connection.close()
        return response.status, self.check(method, path, response, content)

    def check(self, method, path, response, content):
        where = f"{method} {path} -> {response.status}"
        operation = self.document.operation_at(method, path.split("?")[0])
        if operation is None:
            fault(f"{where}: the document has no such operation")
            return content
        SEEN.setdefault(operation["operationId"], set()).add(response.status)
        documented = operation["responses"].get(str(response.status))
        if documented is None:
            fault(f"{where}: undocumented status: {content[:300]!r}")
            return json.loads(content) if content[:1] == b"{" else content
        documented = self.document.resolve(documented)
        self.etag = response.getheader("ETag")
        if (self.etag is not None) != ("ETag" in documented.get("headers", {})) and response.status in (200, 304):
            fault(f"{where}: the ETag is {self.etag}, and the document says otherwise")
        media = documented.get("content", {})
        sent_type = (response.getheader("Content-Type") or "").split(";")[0]
        if not media and not content:
            return None
        if sent_type not in media:
            fault(f"{where}: content type {sent_type!r}, documented {list(media)}")
            return content
        if not sent_type.endswith("json"):
            return content.decode() if sent_type.startswith("text/") else content
        value = json.loads(content)
        for error in self.document.errors(media[sent_type]["schema"], value):
            fault(f"{where}: {error}")
        return value

    def expect(self, status, method, path, body=None, code=None, **more):
        got, value = self.send(method, path, body, **more)
        if got != status or (code and value.get("code") != code):
            fault(f"{method} {path}: expected {status} {code or ''}, got {got}: {str(value)[:400]}")
        return value


def instant(hours):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def place_routes(p):
    """A workspace, two sites, doors. Returns the ids that later steps need."""
    assert "certificate_ends_at" not in p.expect(200, "GET", "/v1/health", key=None)
    assert p.expect(200, "GET", "/v1/health")["certificate_ends_at"] is None
    p.expect(200, "GET", "/v1/workspace")
    updated = p.expect(200, "PATCH", "/v1/workspace", {"name": "Harbour", "code_policy": {"code_digits": 11}, "schedule_hours": 24, "lease_s": 7200})
    assert updated["code_policy"]["code_digits"] == 11 and updated["schedule_hours"] == 24 and updated["lease_s"] == 7200, updated
    p.expect(200, "PATCH", "/v1/workspace", {"code_policy": {"code_digits": 10}})
    p.expect(400, "PATCH", "/v1/workspace", {"code_policy": {"otp_digits": 5}}, code="invalid_request")
    site = p.expect(201, "POST", "/v1/sites", {"name": "North"})["id"]
    other = p.expect(201, "POST", "/v1/sites", {"name": "South"})["id"]
    p.expect(409, "POST", "/v1/sites", {"name": "North"}, code="already_exists")
    p.expect(409, "PATCH", f"/v1/sites/{other}", {"name": "North"}, code="already_exists")
    p.expect(200, "PATCH", f"/v1/sites/{other}", {"name": "East"})
    p.expect(200, "GET", f"/v1/sites/{site}")
    first = p.expect(200, "GET", "/v1/sites?limit=1")
    assert len(first["items"]) == 1 and first["next"], first
    rest = p.expect(200, "GET", f"/v1/sites?limit=1&cursor={first['next']}")
    assert rest["items"][0]["id"] == other and rest["next"] is None, rest
    doors = []
    for name in ("Front", "Side", "Cellar", "Gate"):
        doors.append(p.expect(201, "POST", "/v1/doors", {"site_id": site, "name": name, "zone": "Europe/Zurich"})["id"])
    p.expect(400, "POST", "/v1/doors", {"site_id": site, "name": "X", "zone": "Europe/Atlantis"}, code="unknown_zone")
    p.expect(404, "POST", "/v1/doors", {"site_id": "site_" + "0" * 32, "name": "X", "zone": "Europe/Zurich"}, code="site_not_found")
    p.expect(409, "POST", "/v1/doors", {"site_id": site, "name": "Front", "zone": "Europe/Zurich"}, code="already_exists")
    p.expect(409, "PATCH", f"/v1/doors/{doors[1]}", {"name": "Front"}, code="already_exists")
    p.expect(200, "PATCH", f"/v1/doors/{doors[1]}", {"zone": "Europe/London"})
    p.expect(200, "GET", f"/v1/doors?site_id={site}")
    p.expect(200, "GET", f"/v1/doors/{doors[0]}")
    return {"site_id": site, "door_id": doors[0], "doors": doors}


def lock_routes(p, ids):
    door, side, cellar, gate = ids["doors"]
    front = p.order("lock", **{"class": "protected", "slots": 3})
    p.order("activate", lock=front["lock"], door=door)
    ids["lock_id"] = front["lock"]
    lock = p.expect(200, "GET", f"/v1/locks/{front['lock']}")
    assert lock["state"] == "active" and lock["class"] == "protected" and lock["slots"]["total"] == 3, lock
    weak = p.order("lock", **{"class": "unprotected", "slots": 32})
    p.order("activate", lock=weak["lock"], door=side)
    ids["weak"] = weak["lock"]
    assert p.expect(200, "GET", f"/v1/locks/{weak['lock']}")["advice"] == ["unprotected"]
    new = p.order("lock", **{"class": "protected", "slots": 32})
    claim = {"door_id": cellar, "label": new["label"], "class": "unprotected"}
    p.expect(404, "POST", "/v1/locks/claim", {**claim, "door_id": "door_" + "0" * 32}, code="door_not_found")
    p.expect(400, "POST", "/v1/locks/claim", {**claim, "label": "CARDEA1:AAAA"}, code="label_malformed")
    p.expect(400, "POST", "/v1/locks/claim", {**claim, "class": "strong"}, code="invalid_request")
    p.expect(409, "POST", "/v1/locks/claim", {**claim, "door_id": door}, code="door_taken")
    claimed = p.expect(201, "POST", "/v1/locks/claim", claim)
    assert claimed["state"] == "claimed" and claimed["claim_expires_at"], claimed
    p.expect(409, "POST", "/v1/locks/claim", {**claim, "door_id": gate}, code="lock_claimed")
    p.expect(409, "POST", f"/v1/locks/{new['lock']}/unlock", code="lock_not_active")
    ask = bytes.fromhex(p.order("ask", lock=new["lock"])["hex"])
    octets = "application/octet-stream"
    p.expect(409, "POST", f"/v1/locks/{new['lock']}/files", ask, content_type=octets, code="lock_class_differs")
    p.expect(204, "DELETE", f"/v1/locks/{new['lock']}/claim")
    p.expect(404, "GET", f"/v1/locks/{new['lock']}", code="lock_not_found")
    p.expect(201, "POST", "/v1/locks/claim", {"door_id": cellar, "label": new["label"].lower()})
    ids["claimed"] = new["lock"]
    p.expect(409, "DELETE", f"/v1/locks/{front['lock']}/claim", code="lock_active")
    p.expect(400, "POST", f"/v1/locks/{front['lock']}/files", b"nonsense", content_type=octets, code="file_malformed")
    file = bytes.fromhex(p.order("file", lock=front["lock"])["hex"])
    p.expect(400, "POST", f"/v1/locks/{front['lock']}/files", file[:-1] + bytes([file[-1] ^ 1]), content_type=octets, code="file_forged")
    p.expect(200, "POST", f"/v1/locks/{front['lock']}/files", file, content_type=octets)
    p.expect(200, "GET", "/v1/locks")
    for query, count in ((f"door_id={door}", 1), (f"site_id={ids['site_id']}", 3), ("site_id=site_" + "0" * 32, 0), ("state=active", 2), ("state=claimed", 1)):
        assert len(p.expect(200, "GET", "/v1/locks?" + query)["items"]) == count, query
    p.expect(400, "GET", "/v1/locks?state=old", code="invalid_request")
    bound = p.expect(200, "GET", f"/v1/locks/{front['lock']}/bound")
    assert bound["offline"]["accepted"] > 0, bound
    assert p.expect(200, "GET", f"/v1/locks/{weak['lock']}/bound")["offline"] is None
    changed = p.expect(200, "PATCH", f"/v1/locks/{front['lock']}/settings", {"otp_digits": 6, "open_ms": 5000})
    assert changed["desired"]["version"] > changed["desired"]["applied_version"], changed
    p.expect(400, "PATCH", f"/v1/locks/{front['lock']}/settings", {"open_ms": 5}, code="invalid_request")
    for command in ("unlock", "release-keypad"):
        path = f"/v1/locks/{front['lock']}/{command}"
        p.expect(409, "POST", path, code="lock_offline")
        p.order("serve", lock=front["lock"], result="done")
        assert p.expect(200, "POST", path) == {"outcome": "done", "reason": None}
        p.order("serve", lock=front["lock"], result="hang up")
        p.expect(504, "POST", path, code="lock_did_not_answer")
    p.order("serve", lock=front["lock"], result="refused")
    assert p.expect(200, "POST", f"/v1/locks/{front['lock']}/unlock") == {"outcome": "refused", "reason": "motor_failed"}


def person_routes(p, ids):
    person = p.expect(201, "POST", "/v1/persons", {"name": "Ada", "phone": "+41791234567", "email": "ada@example.org", "external_id": "a-1", "language": "de"})
    ids["person_id"] = person["id"]
    p.expect(409, "POST", "/v1/persons", {"name": "Ada", "external_id": "a-1"}, code="already_exists")
    p.expect(400, "POST", "/v1/persons", {"name": "Ada", "phone": "0791234567"}, code="invalid_request")
    p.expect(400, "POST", "/v1/persons", {"name": "Ada", "language": "tlh"}, code="invalid_request")
    p.expect(400, "POST", "/v1/persons", {"name": "Ada", "email": "ada@example.org>"}, code="invalid_request")
    p.expect(200, "GET", f"/v1/persons/{person['id']}")
    assert p.expect(200, "PATCH", f"/v1/persons/{person['id']}", {"email": None})["email"] is None
    assert len(p.expect(200, "GET", "/v1/persons?external_id=a-1")["items"]) == 1
    grant = {"person_id": person["id"], "door_ids": ids["doors"][:3], "from": instant(-1), "to": instant(48), "external_id": "g-1"}
    p.expect(400, "POST", "/v1/access-grants", {**grant, "to": instant(-2)}, code="window_inverted")
    p.expect(404, "POST", "/v1/access-grants", {**grant, "person_id": "person_" + "0" * 32}, code="person_not_found")
    made = p.expect(201, "POST", "/v1/access-grants", grant)
    assert made["state"] == "active", made
    ids["grant_id"] = made["id"]
    p.expect(409, "POST", "/v1/access-grants", grant, code="already_exists")
    weekly = {"weekly": [{"days": ["mon", "fri"], "from": "22:00", "to": "06:00"}], "holidays": ["2027-12-25"],
              "exceptions": [{"date": "2027-12-24", "times": [{"from": "08:00", "to": "24:00"}]}, {"date": "2027-12-31", "times": []}]}
    ruled = {**grant, "external_id": "g-2", "schedule": weekly, "max_uses": 3, "expires_after_first_use_s": 86400}
    p.expect(400, "POST", "/v1/access-grants", {**ruled, "schedule": {"weekly": [{"days": ["mon"], "from": "8:00", "to": "09:00"}]}}, code="invalid_request")
    p.expect(400, "POST", "/v1/access-grants", {**ruled, "max_uses": 0}, code="invalid_request")
    made = p.expect(201, "POST", "/v1/access-grants", ruled)
    assert made["schedule"] == weekly and made["max_uses"] == 3, made
    ids["ruled"] = made["id"]
    p.expect(200, "GET", f"/v1/access-grants/{made['id']}")
    calendar = p.expect(201, "POST", "/v1/calendars", {"name": "Holidays", "dates": ["2027-12-26", "2027-01-01"]})
    ids["calendar_id"] = calendar["id"]
    p.expect(400, "POST", "/v1/calendars", {"name": "Never", "dates": ["2027-02-29"]}, code="invalid_request")
    p.expect(409, "POST", "/v1/calendars", {"name": "Holidays", "dates": ["2027-12-26"]}, code="already_exists")
    named = {"name": "Cleaners", "schedule": {"weekly": [{"days": ["mon"], "from": "08:00", "to": "12:00"}]}, "calendar_ids": [calendar["id"]]}
    schedule = p.expect(201, "POST", "/v1/schedules", named)
    ids["schedule_id"] = schedule["id"]
    p.expect(400, "POST", "/v1/schedules", {**named, "name": "Never", "schedule": {}}, code="invalid_request")
    p.expect(404, "POST", "/v1/schedules", {**named, "name": "Never", "calendar_ids": ["calendar_" + "0" * 32]}, code="calendar_not_found")
    p.expect(409, "POST", "/v1/schedules", named, code="already_exists")
    following = {**grant, "external_id": "g-3", "schedule_id": schedule["id"]}
    p.expect(400, "POST", "/v1/access-grants", {**following, "schedule": weekly}, code="invalid_request")
    p.expect(404, "POST", "/v1/access-grants", {**following, "schedule_id": "schedule_" + "0" * 32}, code="schedule_not_found")
    made = p.expect(201, "POST", "/v1/access-grants", following)
    assert made["schedule"]["holidays"] == ["2027-01-01", "2027-12-26"], made
    p.expect(200, "PATCH", f"/v1/schedules/{schedule['id']}", {"name": "Cleaners, mornings"})
    other = p.expect(201, "POST", "/v1/schedules", {**named, "name": "Gardeners"})["id"]
    p.expect(409, "PATCH", f"/v1/schedules/{other}", {"name": "Cleaners, mornings"}, code="already_exists")
    feasts = p.expect(201, "POST", "/v1/calendars", {"name": "Feasts", "dates": ["2027-06-01"]})["id"]
    p.expect(409, "PATCH", f"/v1/calendars/{feasts}", {"name": "Holidays"}, code="already_exists")
    p.expect(204, "DELETE", f"/v1/calendars/{feasts}")
    assert p.expect(200, "GET", f"/v1/schedules/{schedule['id']}")["grants"] == 1
    assert len(p.expect(200, "GET", f"/v1/access-grants?schedule_id={schedule['id']}")["items"]) == 1
    assert "Ada" in p.expect(409, "DELETE", f"/v1/schedules/{schedule['id']}", code="schedule_in_use")["detail"]
    p.expect(409, "DELETE", f"/v1/calendars/{calendar['id']}", code="calendar_in_use")
    p.expect(200, "PATCH", f"/v1/calendars/{calendar['id']}", {"dates": ["2028-01-01"]})
    assert p.expect(200, "GET", f"/v1/access-grants/{made['id']}")["schedule"]["holidays"] == ["2028-01-01"]
    assert len(p.expect(200, "GET", f"/v1/access-grants?person_id={person['id']}&door_id={ids['door_id']}")["items"]) == 3
    for query, count in (("external_id=g-1", 1), ("state=active", 3), ("state=ended", 0), (f"site_id={ids['site_id']}", 3), ("site_id=site_" + "0" * 32, 0)):
        assert len(p.expect(200, "GET", "/v1/access-grants?" + query)["items"]) == count, query
    p.expect(400, "GET", "/v1/access-grants?state=old", code="invalid_request")
    path = f"/v1/access-grants/{made['id']}"
    p.expect(400, "PATCH", path, {}, code="invalid_request")
    p.expect(409, "PATCH", path, {"from": instant(5)}, code="already_begun")
    p.expect(404, "PATCH", path, {"door_ids": ["door_" + "0" * 32]}, code="door_not_found")
    changed = p.expect(200, "PATCH", path, {"to": instant(72), "max_uses": 9, "schedule_id": None})
    assert changed["grant"]["to"] == instant(72) and changed["grant"]["schedule_id"] is None and changed["grant"]["max_uses"] == 9, changed
    p.expect(200, "PATCH", path, {"to": None, "max_uses": None, "schedule_id": schedule["id"]})


def sandbox_routes(p, ids):
    door = p.expect(201, "POST", "/v1/doors", {"site_id": ids["site_id"], "name": "Sandbox", "zone": "Europe/Zurich"})["id"]
    lock = p.expect(201, "POST", "/v1/sandbox/locks", {"door_id": door})
    assert lock["sandbox"] and lock["online"] and lock["state"] == "active", lock
    p.expect(409, "POST", "/v1/sandbox/locks", {"door_id": door}, code="door_taken")
    p.expect(404, "POST", "/v1/sandbox/locks", {"door_id": "door_" + "0" * 32}, code="door_not_found")
    p.expect(404, "POST", f"/v1/sandbox/locks/{ids['lock_id']}/keypad", {"code": "12345678"}, code="lock_not_found")
    path = f"/v1/sandbox/locks/{lock['id']}"
    assert p.expect(200, "POST", path + "/keypad", {"code": "12345678"})["reason"] == "unknown_code"
    p.expect(400, "POST", path + "/keypad", {"code": "12 45"}, code="invalid_request")
    assert p.expect(200, "POST", path + "/simulate", {"door": "forced", "battery_percent": 7})["battery_percent"] == 7
    person = p.expect(201, "POST", "/v1/persons", {"name": "Pia"})["id"]
    grant = p.expect(201, "POST", "/v1/access-grants", {"person_id": person, "door_ids": [door], "from": instant(-1), "to": instant(24)})["id"]
    link = p.expect(201, "POST", f"/v1/access-grants/{grant}/invitations", {"channel": "link", "pin": True})["link"]
    by_link = {"invitation": link.split("#")[1], "door_id": door}
    pin = p.expect(201, "POST", "/v1/invitations/pin", by_link, key=None)
    assert re.match(r"^\d{6}$", pin["code"]), pin
    p.expect(409, "POST", "/v1/invitations/pin", by_link, "credential_exists", key=None)
    assert not p.expect(200, "POST", path + "/simulate", {"online": False})["online"]
    p.expect(409, "POST", f"/v1/locks/{lock['id']}/unlock", code="lock_offline")
    assert all(event["sandbox"] for event in p.expect(200, "GET", f"/v1/events?lock_id={lock['id']}")["items"])


def bulk_routes(p, ids):
    bulk = lambda status, operations, code=None, **more: p.expect(status, "POST", "/v1/bulk", {"operations": operations, **more}, code)
    persons = [{"path": "/v1/persons", "body": {"name": f"Guest {i}", "external_id": f"bulk-{i}"}} for i in (1, 2, 1)]
    told = bulk(200, persons)
    assert (told["done"], told["failed"]) == (2, 1) and [r["status"] for r in told["results"]] == [201, 201, 409], told
    assert told["results"][2]["body"]["existing_id"] == told["results"][0]["body"]["id"], told
    bulk(409, [{"path": "/v1/persons", "body": {"name": "Nobody", "external_id": "bulk-9"}}, persons[0]], "already_exists", atomic=True)
    assert p.expect(200, "GET", "/v1/persons?external_id=bulk-9")["items"] == []
    bulk(404, [{"path": "/v1/persons/person_" + "0" * 32 + "/revoke"}], "person_not_found", atomic=True)
    bulk(400, [], "invalid_request")
    bulk(400, [{"path": "/v1/sites"}] * 101, "invalid_request")


def credential_routes(p, ids):
    door, side, cellar, gate = ids["doors"]
    issue = f"/v1/access-grants/{ids['grant_id']}/credentials"
    token = p.expect(201, "POST", issue, {"kind": "token", "door_id": door})["credential"]
    ids["credential_id"] = token["id"]
    assert token["delivery"] == "on_its_way", token
    p.order("refuse", lock=ids["lock_id"])
    p.order("exchange", lock=ids["lock_id"])
    p.order("exchange", lock=ids["lock_id"])
    assert p.expect(200, "GET", f"/v1/credentials/{token['id']}")["delivery"] == "on_lock"
    assert re.match(r"^\d{6}$", p.expect(200, "GET", f"/v1/credentials/{token['id']}/code")["code"])
    p.expect(409, "POST", f"/v1/credentials/{token['id']}/send", code="not_sms")
    p.expect(409, "POST", f"/v1/credentials/{token['id']}/reveal", code="no_stored_code")
    sms = p.expect(201, "POST", issue, {"kind": "sms", "door_id": door})["credential"]
    p.expect(409, "GET", f"/v1/credentials/{sms['id']}/code", code="no_current_code")
    p.expect(400, "POST", issue, {"kind": "pin", "door_id": door, "pin": "314159"}, code="invalid_request")  # one-time codes have 6 digits here
    p.expect(400, "POST", issue, {"kind": "pin", "door_id": door, "pin": "1111111"}, code="pin_weak")
    p.expect(409, "POST", issue, {"kind": "pin", "door_id": door, "duress": True}, code="no_pin")
    p.expect(400, "POST", issue, {"kind": "token", "door_id": door, "duress": True}, code="invalid_request")
    pin = p.expect(201, "POST", issue, {"kind": "pin", "door_id": door})
    assert pin["credential"]["duress"] is False
    p.expect(409, "POST", issue, {"kind": "pin", "door_id": door, "duress": True}, code="slots_full")
    assert len(pin["code"]) == 7 and pin["credential"]["pin_chosen"] is False and pin["credential"]["uses"]["count"] == 0, pin
    p.expect(409, "GET", f"/v1/credentials/{pin['credential']['id']}/code", code="no_current_code")
    p.expect(409, "POST", issue, {"kind": "pin", "door_id": door, "pin": pin["code"]}, code="pin_taken")
    change = f"/v1/credentials/{pin['credential']['id']}/pin"
    changed = p.expect(200, "POST", change)
    assert changed["code"] != pin["code"] and changed["credential"]["old_pin_opens"] and changed["credential"]["pin_changed_at"], changed
    p.expect(409, "POST", change, {"pin": pin["code"]}, code="pin_taken")
    p.expect(400, "POST", change, {"pin": "1111111"}, code="pin_weak")
    p.expect(409, "POST", f"/v1/credentials/{token['id']}/pin", code="not_pin")
    p.expect(409, "POST", issue, {"kind": "pin", "door_id": side}, code="lock_unprotected")
    p.expect(409, "PATCH", f"/v1/locks/{ids['lock_id']}/settings", {"pin_digits": 9}, code="pins_in_use")
    while p.send("POST", issue, json.dumps({"kind": "pin", "door_id": door, "pin": pin["code"]}).encode())[0] == 409:
        pass  # each wish is charged, whatever becomes of it
    p.expect(429, "POST", issue, {"kind": "pin", "door_id": door, "pin": pin["code"]}, code="pin_choices_spent")
    p.expect(429, "POST", change, {"pin": "7182818"}, code="pin_choices_spent")
    room = p.expect(200, "GET", f"/v1/locks/{ids['lock_id']}/capacity")
    assert room["slots"]["free"] == 0 and room["pins"]["held"] == 1 and room["pins"]["given_out"] == 2 and room["pins"]["choices"]["again_at"], room
    assert p.expect(200, "GET", f"/v1/locks/{ids['weak']}/capacity")["pins"] is None
    p.expect(409, "GET", f"/v1/locks/{ids['claimed']}/capacity", code="lock_not_active")
    full = p.expect(409, "POST", issue, {"kind": "token", "door_id": door}, code="slots_full")
    assert "offline" in full["detail"] and room["slots"]["full"] == {"code": full["code"], "detail": full["detail"]}, (full, room)
    message = p.expect(202, "POST", f"/v1/credentials/{sms['id']}/send")
    ids["message_id"] = message["id"]
    p.expect(200, "GET", "/v1/outbox")
    assert re.search(r"\b\d{6}\b", p.expect(200, "GET", f"/v1/outbox/{message['id']}")["text"])
    assert message["state"] == "queued" and message["letter"] == "code" and message["language"] == "de", message
    p.expect(409, "POST", f"/v1/credentials/{sms['id']}/send", {"channel": "email"}, code="no_email")
    p.expect(400, "POST", f"/v1/credentials/{sms['id']}/send", {"channel": "pigeon"}, code="invalid_request")
    assert len(p.expect(200, "GET", "/v1/outbox?state=queued")["items"]) == 1
    assert p.expect(200, "GET", "/v1/outbox?state=sent")["items"] == []
    p.expect(400, "GET", "/v1/outbox?state=lost", code="invalid_request")
    assert p.expect(200, "POST", f"/v1/outbox/{message['id']}/retry")["state"] == "queued"
    fixed = p.expect(201, "POST", issue, {"kind": "token", "door_id": side, "fixed": True})
    assert "secret=" in fixed["otpauth_uri"], fixed
    p.expect(409, "POST", issue, {"kind": "offline", "door_id": side, "family": "once"}, code="lock_unprotected")
    p.expect(409, "POST", issue, {"kind": "token", "door_id": cellar}, code="lock_not_active")
    p.expect(400, "POST", issue, {"kind": "token", "door_id": gate}, code="invalid_request")
    ruled = f"/v1/access-grants/{ids['ruled']}/credentials"
    p.expect(409, "POST", ruled, {"kind": "offline", "door_id": door, "family": "pool"}, code="kind_cannot_keep_rule")
    p.expect(201, "POST", ruled, {"kind": "token", "door_id": side})
    p.expect(409, "POST", ruled, {"kind": "sms", "door_id": side}, code="credential_exists")
    for family in ("timed", "exclusive", "once", "pool"):
        window = {} if family == "pool" else {"from": instant(1), "to": instant(3)}
        issued = p.expect(201, "POST", issue, {"kind": "offline", "door_id": door, "family": family, **window})
        assert len(issued["code"]) == 10 and issued["credential"]["family"] == family, issued
        revealed = p.expect(200, "POST", f"/v1/credentials/{issued['credential']['id']}/reveal")
        assert revealed["code"] == issued["code"], revealed
    pool = issued["credential"]["id"]
    inverted = {"kind": "offline", "door_id": door, "family": "timed", "from": instant(3), "to": instant(1)}
    p.expect(400, "POST", issue, inverted, code="window_inverted")
    p.expect(200, "GET", issue)
    listed = lambda query: p.expect(200, "GET", "/v1/credentials?limit=200" + query)["items"]
    assert {c["door_id"] for c in listed("")} >= {door, side} and len(listed(f"&door_id={door}")) == len(listed(f"&lock_id={ids['lock_id']}")) < len(listed("")), listed("")
    assert [c["id"] for c in listed(f"&person_id={ids['person_id']}&door_id={side}&delivery=on_its_way")], listed("")
    p.expect(400, "GET", "/v1/credentials?delivery=lost", code="invalid_request")
    p.expect(200, "GET", f"/v1/doors/{door}/access")
    said = p.expect(200, "GET", f"/v1/doors/{door}/explain?person_id={ids['person_id']}")
    assert said["lock"]["applied_version"] <= said["lock"]["desired_version"] and said["items"], said
    for item in said["items"]:
        assert item["opens"] == (item["reason"] is None) == (item["advice"] is None), item
        assert not item["opens"] or all(check["result"] == "passed" for check in item["trace"]), item
    later = p.expect(200, "GET", f"/v1/doors/{door}/explain?at={instant(24 * 400)}")
    assert {item["credential"]["family"] for item in later["items"] if item["opens"]} == {"pool"}, "nothing else is good without an end"
    p.expect(400, "GET", f"/v1/doors/{door}/explain?at=noon", code="invalid_request")
    p.expect(409, "GET", f"/v1/doors/{gate}/explain", code="no_lock")
    for family in ("clock", "clear", "release"):
        service = f"/v1/locks/{ids['lock_id']}/service-codes"
        p.expect(201, "POST", service, {"family": family})
        p.send("POST", service, {"family": family})  # there is one each ten minutes: these may turn before it, not after it, too
        p.expect(409, "POST", service, {"family": family}, code="codes_full")
    p.expect(201, "POST", f"/v1/locks/{ids['lock_id']}/service-codes", {"family": "clear", "credential_id": pool})
    p.expect(409, "PATCH", f"/v1/locks/{ids['lock_id']}/settings", {"code_digits": 12}, code="codes_in_use")
    p.expect(200, "PATCH", f"/v1/locks/{ids['lock_id']}/settings", {"code_digits": 12, "raise_code_epoch": True})


def fill_streams(p):
    """Holds as many streams open as one key may, and asks for one more."""
    held = []  # the answers: a connection that is to close is theirs
    for _ in range(16):
        connection = http.client.HTTPConnection(p.address, timeout=60)
        connection.request("GET", "/v1/events/stream", headers={"Authorization": "Bearer " + p.key})
        held.append(connection.getresponse())
        held[-1].readline()
    p.expect(429, "GET", "/v1/events/stream", code="too_many_streams")
    for answer in held:
        answer.close()


class SoftPhone:
    """A phone by the second implementation of spec/phone.md."""

    def __init__(self, label="phone"):
        self.scalar = phone_reference.made_up(label)
        self.point = phone_reference.point(phone_reference.private_key(self.scalar))

    def claim(self, p, link):
        word = link.split("#")[1]
        claimed = p.expect(201, "POST", "/v1/invitations/claim", {"invitation": word, "name": "A phone", "public_key": self.point.hex()}, key=None)
        self.id = claimed["phone_id"]
        token = bytes.fromhex(word.removeprefix("cardea_phone_"))
        raw = lambda text: bytes.fromhex(text.split("_")[-1])
        shared = phone_reference.agree(self.scalar, raw(claimed["public_key"]))
        self.keys = phone_reference.Keys(token, raw(claimed["invitation_id"]), raw(self.id), self.point, raw(claimed["public_key"]), shared)
        assert self.keys.confirmation().hex() == claimed["confirmation"]
        return claimed["doors"]

    def request(self, at):
        return {"phone_id": self.id, "at": at, "mac": self.keys.mac(at).hex()}

    def lease_request(self, at, label="virtual key"):
        point = phone_reference.point(phone_reference.private_key(phone_reference.made_up(label)))
        return {"phone_id": self.id, "at": at, "virtual_key": point.hex(), "mac": self.keys.lease_mac(at, point).hex()}

    def order(self, p, path, status=200, code=None, mac=None, **members):
        """spec/phone.md §5. After as long as it takes to be forgiven one refusal."""
        p.advance(61)
        body = json.dumps({"phone_id": self.id, "at": int(time.time() + p.ahead), **members}).encode()
        return p.expect(status, "POST", path, body, code, key=None, more={"Cardea-Phone-Mac": mac or self.keys.order_mac(path.encode(), body).hex()})

    def fetch(self, p):
        p.advance(1)
        at = int(time.time() + p.ahead)
        sealed = p.expect(200, "POST", "/v1/phones/schedule", self.request(at), key=None)["sealed"]
        return phone_reference.decode(self.keys.opened(at, bytes.fromhex(sealed)))


def phone_routes(p, ids):
    ids["language"] = "en"
    invite = f"/v1/access-grants/{ids['grant_id']}/invitations"
    p.expect(409, "POST", invite, {"channel": "email"}, code="no_email")
    for wrong in ({"channel": "pigeon"}, {"channel": "link", "phones_max": 6}, {"channel": "link", "expires_at": instant(-1)},
                  {"channel": "link", "expires_at": instant(24 * 31)}, {"channel": "link", "language": "tlh"}):
        p.expect(400, "POST", invite, wrong, code="invalid_request")
    p.expect(200, "PATCH", f"/v1/persons/{ids['person_id']}", {"email": "ada.l@example.org"})
    mailed = p.expect(201, "POST", invite, {"channel": "email", "language": "zh"})
    assert mailed["link"] is None and mailed["invitation"]["state"] == "draft", mailed
    link = next(line for line in p.order("mail", to="ada.l@example.org")["text"].split() if "#" in line)
    assert link.startswith("https://cardea.test/invitation/zh#cardea_phone_"), link
    assert p.expect(200, "GET", f"/v1/outbox/{mailed['invitation']['mail']['message_id']}")["text"] is None
    page = p.expect(200, "GET", "/invitation/zh?utm_source=mail", key=None)
    assert "<script" not in page and "cardea_phone" not in page, page
    p.expect(404, "GET", "/invitation/xx", key=None)
    made = p.expect(201, "POST", invite, {"channel": "link"})
    assert made["invitation"]["language"] == "de" and made["invitation"]["state"] == "sent", made
    ids["invitation_id"] = made["invitation"]["id"]
    one = f"/v1/invitations/{ids['invitation_id']}"
    renewed = p.expect(200, "POST", one + "/resend")
    look = lambda status, link, code=None: p.expect(status, "POST", "/v1/invitations/open", {"invitation": link.split("#")[1]}, code, key=None)
    look(404, made["link"], "invitation_not_found")
    seen = look(200, renewed["link"])
    assert seen["person"] == "Ada" and seen["phones_left"] == 2 and len(seen["doors"]) == 3, seen
    assert seen["zone"] in {p.expect(200, "GET", f"/v1/doors/{door}")["zone"] for door in ids["doors"][:3]}, seen
    assert p.expect(200, "GET", one)["state"] == "opened"
    assert seen["pins"] is None, seen
    choose = lambda status, link, code=None, **more: p.expect(status, "POST", "/v1/invitations/pin", {"invitation": link.split("#")[1], "door_id": ids["doors"][0], **more}, code, key=None)
    choose(404, renewed["link"], "invitation_not_found")
    pinning = p.expect(201, "POST", invite, {"channel": "link", "pin": True})
    assert [door["digits"] for door in look(200, pinning["link"])["pins"]] == [7], pinning
    choose(400, pinning["link"], "invalid_request", door_id=ids["doors"][3])
    choose(409, pinning["link"], "credential_exists")
    choose(429, pinning["link"], "pin_choices_spent", pin="7182818")
    form_type = "application/x-www-form-urlencoded"
    form = lambda status, language="en", sent=None, kind=form_type, **fields: p.expect(status, "POST", f"/invitation/{language}", sent or urllib.parse.urlencode(fields).encode(), key=None, content_type=kind)
    by_form = {"invitation": pinning["link"], "door_id": ids["doors"][0]}
    assert "Front" in form(200, invitation=pinning["link"])
    assert "There is a PIN for this door already." in form(409, make="1", **by_form)
    assert "未完成" in form(400, "zh", pin="x", **by_form)
    form(429, pin="7182818", **by_form)
    form(404, invitation="nothing")
    form(404, "xx", invitation="nothing")
    form(400, nonsense="1")
    form(413, sent=b"x" * 70_000)
    form(415, sent=b"{}", kind="application/json")
    p.expect(200, "POST", f"/v1/invitations/{pinning['invitation']['id']}/cancel")
    phone = SoftPhone()
    bad = {"invitation": renewed["link"].split("#")[1], "name": "A phone", "public_key": "00" * 64}
    p.expect(400, "POST", "/v1/invitations/claim", bad, "invalid_request", key=None)
    gone = {**bad, "invitation": made["link"].split("#")[1], "public_key": phone.point.hex()}
    p.expect(404, "POST", "/v1/invitations/claim", gone, "invitation_not_found", key=None)
    doors = phone.claim(p, renewed["link"])
    assert sorted(str(door["problem"]) for door in doors) == ["None", "lock_not_active", "slots_full"], doors
    ids["phone_id"] = phone.id
    assert p.expect(200, "GET", one)["state"] == "on_phone"
    schedule = phone.fetch(p)
    assert len(schedule["entries"]) == 1 and len(schedule["entries"][0]["keys"]) == 24, schedule
    assert p.expect(200, "GET", f"/v1/credentials/credential_{schedule['entries'][0]['credential']}")["phone_id"] == phone.id
    further = p.expect(201, "POST", "/v1/access-grants", {"person_id": ids["person_id"], "door_ids": [ids["doors"][1]], "from": instant(-1)})["id"]
    give = f"/v1/access-grants/{further}/phones"
    p.expect(400, "POST", give, {"phone_ids": []}, code="invalid_request")
    p.expect(404, "POST", give, {"phone_ids": ["phone_" + "0" * 32]}, code="phone_not_found")
    given = p.expect(200, "POST", give)["items"]
    assert [item["phone"]["id"] for item in given] == [phone.id] and given[0]["doors"][0]["problem"] is None, given
    assert len(phone.fetch(p)["entries"]) == 2
    nobody = p.expect(201, "POST", "/v1/persons", {"name": "Nobody"})["id"]
    theirs = p.expect(201, "POST", "/v1/access-grants", {"person_id": nobody, "door_ids": [ids["doors"][1]], "from": instant(-1)})["id"]
    p.expect(409, "POST", f"/v1/access-grants/{theirs}/phones", code="no_phones")
    p.expect(400, "POST", f"/v1/access-grants/{theirs}/phones", {"phone_ids": [phone.id]}, code="invalid_request")
    at = int(time.time() + p.ahead)
    fetch = lambda status, request, code: p.expect(status, "POST", "/v1/phones/schedule", request, code, key=None)
    fetch(403, phone.request(at - 10), "phone_clock")
    fetch(403, phone.request(at + 1000), "phone_clock")
    fetch(403, {**phone.request(at + 5), "mac": "00" * 32}, "phone_refused")
    fetch(403, {**phone.request(at + 5), "phone_id": "phone_" + "0" * 32}, "phone_refused")
    fetch(400, {**phone.request(at + 5), "mac": "0"}, "invalid_request")
    p.advance(1)
    at = int(time.time() + p.ahead)
    lease = lambda status, request, code=None: p.expect(status, "POST", "/v1/phones/leases", request, code, key=None)
    assert len(lease(200, phone.lease_request(at))["sealed"]) > 2 * (12 + 19 + 16)
    lease(409, phone.lease_request(at + 1, "another"), "other_key")
    lease(403, phone.lease_request(at), "phone_clock")
    lease(403, {**phone.lease_request(at + 5), "mac": "00" * 32}, "phone_refused")
    lease(400, {**phone.lease_request(at + 5), "virtual_key": "0"}, "invalid_request")
    order_routes(p, ids, phone)
    second = SoftPhone("second")
    second.claim(p, renewed["link"])
    p.expect(404, "POST", "/v1/invitations/claim", {**bad, "public_key": second.point.hex()}, "invitation_not_found", key=None)
    p.expect(409, "POST", one + "/resend", code="ended")
    phones = [found["id"] for found in p.expect(200, "GET", f"/v1/persons/{ids['person_id']}/phones")["items"]]
    assert phones[0] == phone.id and phones[-1] == second.id, phones
    assert p.expect(200, "GET", f"/v1/phones/{phone.id}")["seen_at"]
    assert p.expect(200, "POST", f"/v1/phones/{second.id}/revoke")["ended_because"] == "revoked"
    fetch(403, second.request(int(time.time() + p.ahead)), "phone_ended")
    assert p.expect(200, "POST", f"/v1/invitations/{mailed['invitation']['id']}/cancel")["state"] == "cancelled"
    look(404, link, "invitation_not_found")
    assert len(p.expect(200, "GET", invite)["items"]) >= 3
    until_limited(p, "POST", "/v1/invitations/open", {"invitation": "x"}, key=None)
    until_limited(p, "POST", "/v1/invitations/claim", gone, key=None)
    until_limited(p, "POST", "/v1/phones/schedule", {**phone.request(1), "mac": "00" * 32}, key=None)
    until_limited(p, "POST", "/v1/phones/leases", {**phone.lease_request(1), "mac": "00" * 32}, key=None)


def home_routes(p, ids):
    blank = lambda: p.order("lock", **{"class": "protected", "slots": 8})
    make = lambda status, label, code=None, attempt="ab" * 32, **more: p.expect(
        status, "POST", "/v1/homes", {"attempt": attempt, "label": label, "door_name": "Front door", "zone": "Europe/Zurich", "person_name": "Grace", "language": "en", **more}, code, key=None)
    mine, other = blank(), blank()
    p.order("homes", offered=False)
    assert p.expect(200, "GET", "/v1/health", key=None)["homes"] is False
    make(403, mine["label"], "homes_off")
    p.order("homes", offered=True)
    assert p.expect(200, "GET", "/v1/health", key=None)["homes"] is True
    make(400, "CARDEA1:NOTHING", "label_malformed")
    make(400, mine["label"], "unknown_zone", zone="Europe/Atlantis")
    for wrong in ({"attempt": "0"}, {"door_name": " "}, {"person_name": ""}, {"language": "tlh"}, {"email": "nobody"}):
        make(400, mine["label"], "invalid_request", **wrong)
    home = make(201, mine["label"], email="grace@example.org")
    assert home["lock_id"] == mine["lock"], home
    again = make(201, mine["label"], email="grace@example.org")
    look = lambda status, made: p.expect(status, "POST", "/v1/invitations/open", {"invitation": made["invitation"]}, key=None)
    look(404, home)
    assert look(200, again)["doors"] == ["Front door"], again
    make(400, other["label"], "invalid_request")
    make(409, mine["label"], "lock_claimed", attempt="cd" * 32)
    p.expect(404, "GET", f"/v1/locks/{mine['lock']}", code="lock_not_found")
    assert "cardea_invitation_" in p.order("mail", to="grace@example.org")["text"]
    doors = SoftPhone("home").claim(p, "#" + again["invitation"])
    assert [door["problem"] for door in doors] == ["lock_not_active"], doors
    until_limited(p, "POST", "/v1/homes", {"attempt": "ab" * 32, "label": mine["label"], "door_name": "Front door", "zone": "Europe/Zurich", "person_name": "Grace", "language": "en"}, key=None)


def share_routes(p, ids, phone, door):
    share = lambda status=201, code=None, doors=(door,), hours=1, **more: phone.order(p, "/v1/phones/shares", status, code, door_ids=list(doors), name="Guest", until=instant(p.ahead / 3600 + hours), **more)
    share(403, "not_shareable")
    for grant in {key["grant_id"] for key in phone.order(p, "/v1/phones/keys")["keys"] if key["door_id"] == door}:
        p.expect(200, "PATCH", f"/v1/access-grants/{grant}", {"may_share": True, "own_door_ids": [door]})
    share(404, "door_not_found", doors=["door_" + "0" * 32])
    share(400, "invalid_request", hours=24 * 400)
    made = share()
    assert made["link"] and made["share"]["state"] == "sent", made
    mailed = share(email="guest@example.org", phone="+41790000000", language="zh")
    assert mailed["link"] is None and mailed["share"]["state"] == "draft", mailed
    p.expect(200, "PATCH", "/v1/workspace", {"shares_max": 2, "share_s_max": 86400})
    share(409, "shares_spent")
    assert [one["id"] for one in phone.order(p, "/v1/phones/shares/list")["items"]] == [mailed["share"]["id"], made["share"]["id"]]
    phone.order(p, "/v1/phones/shares/list", 403, "phone_refused", mac="00" * 32)
    phone.order(p, "/v1/phones/shares/list", 400, "invalid_request", at=1 << 60)
    end = lambda share, status=200, code=None, **more: phone.order(p, "/v1/phones/shares/end", status, code, share_id=share, **more)
    assert end(made["share"]["id"])["state"] == "ended"
    end(ids["grant_id"], 404, "share_not_found")
    end("share", 400, "invalid_request")
    end(made["share"]["id"], 403, "phone_refused", mac="00" * 32)
    assert p.expect(200, "GET", f"/v1/access-grants/{made['share']['id']}")["shared_by"]["phone_id"] == phone.id
    p.expect(409, "PATCH", f"/v1/access-grants/{mailed['share']['id']}", {"may_share": True}, code="exceeds_share")
    seen = phone.order(p, "/v1/phones/events", before=1 << 50)
    assert seen["next"] is None, seen
    phone.order(p, "/v1/phones/events", 404, "door_not_found", door_id="door_" + "0" * 32)
    phone.order(p, "/v1/phones/events", 400, "invalid_request", before=-1)
    phone.order(p, "/v1/phones/events", 403, "phone_refused", mac="00" * 32)
    second = SoftPhone("by link")
    second.claim(p, phone.order(p, "/v1/phones/link", 201)["link"])
    phone.order(p, "/v1/phones/link", 400, "invalid_request", at=1 << 60)
    phone.order(p, "/v1/phones/link", 403, "phone_refused", mac="00" * 32)
    leave = lambda ended, status=200, code=None, **more: phone.order(p, "/v1/phones/end", status, code, ended_phone_id=ended, **more)
    leave("phone_" + "0" * 32, 404, "phone_not_found")
    leave("phone", 400, "invalid_request")
    leave(second.id, 403, "phone_refused", mac="00" * 32)
    assert leave(second.id)["id"] == second.id
    brief = p.expect(201, "POST", "/v1/access-grants", {"person_id": ids["person_id"], "door_ids": [ids["doors"][1]], "from": instant(-1)})["id"]
    lone = SoftPhone("lone")
    lone.claim(p, p.expect(201, "POST", f"/v1/access-grants/{brief}/invitations", {"channel": "link"})["link"])
    p.expect(200, "POST", f"/v1/access-grants/{brief}/revoke")
    lone.order(p, "/v1/phones/link", 409, "ended")
    leave(lone.id)


def order_routes(p, ids, phone):
    keys = phone.order(p, "/v1/phones/keys")
    assert {key["unlock_reason"] for key in keys["keys"]} >= {"lock_offline"} and len(keys["phones"]) == 1, keys
    phone.order(p, "/v1/phones/keys", 403, "phone_refused", mac="00" * 32)
    phone.order(p, "/v1/phones/keys", 400, "invalid_request", at=1 << 60)
    door = next(key["door_id"] for key in keys["keys"] if key["unlock_reason"] == "lock_offline")
    unlock = lambda status=200, code=None, attempt=os.urandom(16).hex(), door=door, **more: phone.order(p, "/v1/phones/unlock", status, code, attempt=attempt, door_id=door, **more)
    assert unlock()["reason"] == "lock_offline"
    unlock(400, "invalid_request", attempt="1")
    unlock(403, "phone_refused", mac="00" * 32)
    unlock(404, "door_not_found", door="door_" + "0" * 32)
    lock = next(lock["id"] for lock in p.expect(200, "GET", "/v1/locks")["items"] if lock["door_id"] == door)
    p.order("serve", lock=lock, result="done")
    assert unlock()["state"] == "opened"
    p.advance(60)
    p.order("serve", lock=lock, result="hang up")
    assert unlock(attempt=os.urandom(16).hex())["state"] == "did_not_answer"
    p.expect(200, "PATCH", "/v1/workspace", {"phone_unlock": False})
    p.advance(60)
    assert unlock(attempt=os.urandom(16).hex())["reason"] == "not_allowed"
    p.expect(200, "PATCH", "/v1/workspace", {"phone_unlock": True})
    share_routes(p, ids, phone, door)
    for path, body in (("keys", {}), ("unlock", {"door_id": door, "attempt": "0" * 32}), ("shares", {"door_ids": [door], "name": "G", "until": instant(2)}), ("shares/list", {}),
                       ("shares/end", {"share_id": ids["grant_id"]}), ("events", {}), ("link", {}), ("end", {"ended_phone_id": phone.id})):
        until_limited(p, "POST", "/v1/phones/" + path, {"phone_id": phone.id, "at": 1, **body}, key=None, more={"Cardea-Phone-Mac": "00" * 32})


def event_routes(p, ids):
    fill_streams(p)
    events = p.expect(200, "GET", f"/v1/events?door_id={ids['door_id']}&person_id={ids['person_id']}")["items"]
    assert events and all(e["person_id"] == ids["person_id"] for e in events), events
    ids["event_id"] = events[0]["id"]
    p.expect(200, "GET", f"/v1/events/{events[0]['id']}")
    granted, refused = (p.expect(200, "GET", f"/v1/events?type={name}")["items"][0]["id"] for name in ("grant.created", "access.refused"))
    why = p.expect(200, "GET", f"/v1/events/{refused}/explain")
    assert [check["check"] for check in why["trace"] if check["result"] == "failed"] == [why["reason"]] == ["unknown_code"], why
    p.expect(409, "GET", f"/v1/events/{granted}/explain", code="not_explainable")
    oldest = p.expect(200, "GET", "/v1/events?after=0&limit=5")
    assert [e["position"] for e in oldest["items"]] == [1, 2, 3, 4, 5], oldest
    assert all(e["site_id"] == ids["site_id"] for e in p.expect(200, "GET", f"/v1/events?site_id={ids['site_id']}&limit=5")["items"])
    p.expect(400, "GET", "/v1/events?type=door.bell", code="invalid_request")
    p.expect(400, "GET", "/v1/events?after=-1", code="invalid_request")
    p.expect(400, "GET", "/v1/events?cursor=x", code="invalid_request")


def webhook_routes(p, ids):
    for url in ("http://example.org", "https://127.0.0.1/x", "https://example.org:22/", "ftp://example.org", "https://a:b@example.org", "https://[::1]/"):
        p.expect(400, "POST", "/v1/webhooks", {"url": url}, code="invalid_request")
    made = p.expect(201, "POST", "/v1/webhooks", {"url": "https://hooks.invalid/cardea", "types": ["access.granted"]})
    ids["webhook_id"] = made["webhook"]["id"]
    p.expect(400, "POST", "/v1/webhooks", {"url": "https://hooks.invalid/", "types": ["door.bell"]}, code="invalid_request")
    others = [p.expect(201, "POST", "/v1/webhooks", {"url": f"https://hooks.invalid/{i}"})["webhook"]["id"] for i in range(19)]
    p.expect(409, "POST", "/v1/webhooks", {"url": "https://hooks.invalid/20"}, code="webhooks_full")
    while not (tried := p.expect(200, "GET", f"/v1/webhooks/{others[0]}/deliveries")["items"]):
        pass  # nobody answers at such an address, which is soon known
    assert tried[0]["status"] is None and tried[0]["failure"] and tried[0]["types"] == ["webhook.created"], tried
    for other in others:
        p.expect(204, "DELETE", f"/v1/webhooks/{other}")
    path = f"/v1/webhooks/{ids['webhook_id']}"
    assert p.expect(200, "PATCH", path, {"after": 0, "state": "disabled"})["state"] == "disabled"
    assert p.expect(200, "GET", path)["position"] == 0
    assert p.expect(200, "GET", "/v1/webhooks")["items"]
    assert p.expect(200, "GET", path + "/deliveries")["next"] is None
    p.expect(400, "GET", path + "/deliveries?cursor=first", code="invalid_request")
    assert p.expect(200, "POST", path + "/rotate-secret")["secret"] != made["secret"]


def alert_routes(p, ids):
    rules = {rule["type"]: rule for rule in p.expect(200, "GET", "/v1/alert-rules")["items"]}
    assert len(rules) == 21 and all(rule["enabled"] for rule in rules.values()), rules
    guard = f"/v1/alert-rules/{rules['rule_changed']['id']}"
    p.expect(409, "PATCH", guard, {"enabled": False}, code="rule_is_guard")
    p.expect(409, "DELETE", guard, code="rule_is_guard")
    p.expect(409, "POST", "/v1/alert-rules", {"type": "insider_access"}, code="rule_is_guard")
    p.expect(404, "POST", "/v1/alert-rules", {"type": "tamper", "door_ids": ["door_" + "0" * 32]}, code="door_not_found")
    for wrong in ({"threshold": 5}, {"steps": []}, {"steps": [{"after_min": 0, "tell": ["boss"]}]}, {"severity": "bad"}):
        p.expect(400, "POST", "/v1/alert-rules", {"type": "door_forced", **wrong}, code="invalid_request")
    made = {"type": "door_forced", "name": "Forced, at night", "door_ids": [ids["door_id"]], "steps": [{"after_min": 0, "tell": ["night@example.org"]}, {"after_min": 5, "tell": ["owner"]}]}
    ids["rule_id"] = p.expect(201, "POST", "/v1/alert-rules", made)["id"]
    assert p.expect(200, "PATCH", f"/v1/alert-rules/{ids['rule_id']}", {"severity": "warning"})["changed_at"]
    assert p.expect(200, "GET", f"/v1/alert-rules/{ids['rule_id']}")["threshold"] is None
    p.order("force", lock=ids["lock_id"])
    p.order("alerts")
    opened = p.expect(200, "GET", f"/v1/alerts?state=open&lock_id={ids['lock_id']}")["items"]
    assert sorted(alert["rule_id"] for alert in opened if alert["type"] == "door_forced") == sorted([ids["rule_id"], rules["door_forced"]["id"]]), opened
    p.expect(400, "GET", "/v1/alerts?state=loud", code="invalid_request")
    ids["alert_id"] = opened[0]["id"]
    assert p.expect(200, "POST", f"/v1/alerts/{ids['alert_id']}/acknowledge", {"note": "on my way"})["note"] == "on my way"
    closed = p.expect(200, "POST", f"/v1/alerts/{opened[1]['id']}/close", {})
    p.expect(409, "POST", f"/v1/alerts/{closed['id']}/acknowledge", {}, code="alert_closed")
    assert p.expect(200, "GET", f"/v1/alerts/{closed['id']}")["closed_by"]


def release_routes(p, ids):
    door = p.expect(201, "POST", "/v1/doors", {"site_id": ids["site_id"], "name": "Handed on", "zone": "UTC"})["id"]
    for result in ("done", "lost"):
        lock = p.order("lock", **{"class": "protected", "slots": 3})
        path = f"/v1/locks/{lock['lock']}"
        p.order("activate", lock=lock["lock"], door=door)
        p.expect(404, "GET", path + "/release", code="release_not_found")
        p.expect(409, "POST", path + "/release", code="lock_offline")
        p.order("serve", lock=lock["lock"], result="refused")
        assert p.expect(200, "POST", path + "/release") == {"outcome": "refused", "reason": "motor_failed", "label": None}
        p.order("serve", lock=lock["lock"], result=result)
        if result == "lost":
            p.expect(504, "POST", path + "/release", code="lock_did_not_answer")
            assert p.expect(200, "GET", path + "/release")["state"] == p.expect(200, "GET", path)["state"] == "releasing"
            ask = bytes.fromhex(p.order("ask", lock=lock["lock"])["hex"])
            p.expect(409, "POST", path + "/files", ask, content_type="application/octet-stream", code="lock_not_claimed")
        else:
            assert p.expect(200, "POST", path + "/release")["outcome"] == "done"
        shown = p.expect(200, "GET", path + "/release")
        assert shown["state"] == "released" and shown["label"] != lock["label"], shown
        assert p.expect(200, "GET", path)["state"] == "released"
        p.expect(409, "POST", path + "/release", code="lock_released")
        p.expect(409, "DELETE", path + "/claim", code="lock_released")
        p.expect(409, "PATCH", path + "/settings", {"open_ms": 4000}, code="lock_released")
        p.expect(409, "POST", path + "/write-off", code="lock_released")
    ids["released_lock_id"] = lock["lock"]
    assert len(p.expect(200, "GET", "/v1/locks?state=released")["items"]) == 2


def write_off_routes(p, ids):
    door = p.expect(201, "POST", "/v1/doors", {"site_id": ids["site_id"], "name": "Burnt down", "zone": "UTC"})["id"]
    lock = p.order("lock", **{"class": "protected", "slots": 3})
    path = f"/v1/locks/{lock['lock']}"
    p.order("activate", lock=lock["lock"], door=door)
    written_off = p.expect(200, "POST", path + "/write-off")
    assert written_off["state"] == "written_off" and written_off["advice"] == ["written_off"], written_off
    for method, rest, body in (("POST", "/write-off", None), ("POST", "/release", None), ("POST", "/unlock", None), ("DELETE", "/claim", None), ("PATCH", "/settings", {"open_ms": 4000})):
        p.expect(409, method, path + rest, body, code="lock_written_off")
    assert [item["id"] for item in p.expect(200, "GET", "/v1/locks?state=written_off")["items"]] == [lock["lock"]]
    assert p.expect(200, "GET", f"/v1/doors/{door}")["lock_id"] is None


def batch_routes(p, ids):
    octets = "application/octet-stream"
    vectors = json.loads((pathlib.Path(__file__).parents[2] / "spec/vectors/factory_v1.json").read_text())
    point = bytes.fromhex(vectors["maker"])
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(point[:32], "big"), int.from_bytes(point[32:], "big"), ec.SECP256R1())
    pem = numbers.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    batch = bytes.fromhex(next(vector["batch"] for vector in vectors["batches"] if vector["name"] == "good"))
    p.expect(409, "POST", "/v1/lock-batches", batch, content_type=octets, code="maker_unknown")
    maker = p.expect(201, "POST", "/v1/firmware-makers", {"name": "Vectors", "public_key": pem})["id"]
    p.expect(400, "POST", "/v1/lock-batches", b"nonsense", content_type=octets, code="batch_malformed")
    forgotten = p.expect(201, "POST", "/v1/lock-batches", batch, content_type=octets)
    p.expect(204, "DELETE", f"/v1/lock-batches/{forgotten['id']}")
    added = p.expect(201, "POST", "/v1/lock-batches", batch, content_type=octets)
    ids["batch_id"] = added["id"]
    assert (added["maker"], added["lock_count"], added["vendor"]) == ("Vectors", 3, vectors["vendor"]), added
    p.expect(409, "POST", "/v1/lock-batches", batch, content_type=octets, code="already_exists")
    assert p.expect(200, "GET", "/v1/lock-batches")["items"] == [added]
    p.expect(404, "DELETE", "/v1/lock-batches/batch_" + "0" * 32, code="batch_not_found")
    p.expect(204, "DELETE", f"/v1/firmware-makers/{maker}")
    assert p.expect(200, "GET", "/v1/lock-batches")["items"][0]["maker"] is None


def firmware_routes(p, ids):
    octets = "application/octet-stream"
    upload = lambda status, file, code=None: p.expect(status, "POST", "/v1/firmware-images", file, code, content_type=octets)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    pem = [key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode() for key in keys]
    made = [firmware_image.make(bytes(5000), key, (1, 2, 3, 4), 7, bytes(16), bytes(16)) for key in keys]
    p.expect(400, "POST", "/v1/firmware-makers", {"name": "Maker", "public_key": "-----BEGIN PUBLIC KEY-----"}, code="invalid_request")
    ids["maker_id"] = p.expect(201, "POST", "/v1/firmware-makers", {"name": "Maker", "public_key": pem[0]})["id"]
    p.expect(409, "POST", "/v1/firmware-makers", {"name": "Maker", "public_key": pem[1]}, code="already_exists")
    for file, code in ((b"nonsense", "image_malformed"), (made[0][:-1], "image_malformed"), (made[0] + b"!", "image_malformed"),
                       (made[0][:99] + b"!" + made[0][100:], "image_corrupt"), (made[0][:-1] + bytes([made[0][-1] ^ 1]), "image_forged")):
        upload(400, file, code)
    upload(409, made[1], "maker_unknown")
    image = upload(201, made[0])
    ids["image_id"] = image["id"]
    assert (image["version"], image["security_counter"], image["maker"]) == ("1.2.3+4", 7, "Maker"), image
    upload(409, made[0], "already_exists")
    assert p.expect(200, "GET", f"/v1/firmware-images/{image['id']}") == image
    campaign = {"name": "Roll-out", "image_id": image["id"], "lock_ids": [ids["lock_id"]], "rings": [{"name": "all"}]}
    p.expect(404, "POST", "/v1/firmware-campaigns", {**campaign, "image_id": "image_" + "0" * 32}, code="image_not_found")
    p.expect(404, "POST", "/v1/firmware-campaigns", {**campaign, "lock_ids": ["lock_" + "0" * 32]}, code="lock_not_found")
    p.expect(400, "POST", "/v1/firmware-campaigns", {**campaign, "rings": [{"name": "all", "percent": 50, "lock_ids": [ids["lock_id"]]}]}, code="invalid_request")
    empty = p.expect(201, "POST", "/v1/sites", {"name": "Empty"})["id"]
    p.expect(409, "POST", "/v1/firmware-campaigns", {"name": "None", "image_id": image["id"], "site_ids": [empty], "rings": [{"name": "all"}]}, code="no_locks")
    draft = p.expect(201, "POST", "/v1/firmware-campaigns", {**campaign, "window": {"from": "01:00", "to": "05:00"}})
    ids["campaign_id"] = draft["id"]
    path = f"/v1/firmware-campaigns/{draft['id']}"
    p.expect(409, "POST", path + "/pause", code="campaign_not_running")
    assert p.expect(200, "POST", path + "/resume")["state"] == "running"
    p.expect(409, "POST", path + "/resume", code="campaign_running")
    p.expect(409, "POST", "/v1/firmware-campaigns", {**campaign, "start": True}, code="lock_in_campaign")
    assert p.expect(200, "POST", path + "/pause")["locks"]["waiting"] == 1
    other = p.expect(201, "POST", "/v1/firmware-campaigns", campaign)["id"]
    p.expect(200, "POST", f"/v1/firmware-campaigns/{other}/cancel")
    p.expect(409, "POST", f"/v1/firmware-campaigns/{other}/cancel", code="campaign_over")
    assert p.expect(200, "GET", "/v1/firmware-campaigns?state=paused")["items"][0] == p.expect(200, "GET", path)
    assert p.expect(200, "GET", path + "/locks?state=waiting")["items"][0]["lock_id"] == ids["lock_id"]
    p.expect(409, "DELETE", f"/v1/firmware-images/{image['id']}", code="image_in_use")
    spare = upload(201, firmware_image.make(bytes(10), keys[0], (2, 0, 0, 0), 7, bytes(16), bytes(16)))["id"]
    p.expect(204, "DELETE", f"/v1/firmware-images/{spare}")
    spare = p.expect(201, "POST", "/v1/firmware-makers", {"name": "Spare", "public_key": pem[1]})["id"]
    p.expect(204, "DELETE", f"/v1/firmware-makers/{spare}")


def key_routes(p, ids):
    made = p.expect(201, "POST", "/v1/api-keys", {"name": "reader", "permissions": ["doors:read"]})
    ids["api_key_id"] = made["api_key"]["id"]
    p.expect(409, "POST", "/v1/api-keys", {"name": "reader", "role": "auditor"}, code="already_exists")
    p.expect(404, "POST", "/v1/api-keys", {"name": "nowhere", "role": "auditor", "scope": {"door_ids": ["door_" + "0" * 32]}}, code="door_not_found")
    keys = p.expect(200, "GET", "/v1/api-keys")["items"]
    paged = p.expect(200, "GET", "/v1/api-keys?limit=1")
    rest = p.expect(200, "GET", f"/v1/api-keys?cursor={paged['next']}")
    assert paged["items"] + rest["items"] == keys and rest["next"] is None, rest
    first = next(k for k in keys if k["name"] == "first")
    p.expect(409, "DELETE", f"/v1/api-keys/{first['id']}", code="last_key")
    limited = p.expect(201, "POST", "/v1/api-keys", {"name": "maker", "permissions": ["keys:write"]})
    p.expect(403, "POST", "/v1/api-keys", {"name": "more", "role": "owner"}, key=limited["key"], code="forbidden")
    p.expect(204, "DELETE", f"/v1/api-keys/{limited['api_key']['id']}")
    p.expect(401, "GET", "/v1/api-keys", key=limited["key"], code="unauthorized")


def until_limited(p, method, path, body, **more):
    """Sends until it is told to wait, and waits."""
    for _ in range(100):
        status, _ = p.send(method, path, body, address="192.0.2.66", **more)
        if status == 429:
            p.advance(700)
            return
    fault(f"{method} {path}: a hundred tries in one moment were looked at")


def totp(p, secret):
    """The code that the app shows now. Each is good once: the clock moves on to the next."""
    p.advance(30)
    step = int(time.time() + p.ahead) // 30
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    return f"{struct.unpack('>I', mac[mac[19] & 15:][:4])[0] % 2**31 % 10**6:06}"


def word_of_mail(p, address):
    p.order("upkeep")
    return re.search(r"cardea_(invitation|recovery)_[0-9a-f]{64}", p.order("mail", to=address)["text"])[0]


def operator_of(p, name, role, key="own", **more):
    made = p.expect(201, "POST", "/v1/operators", {"name": name, "email": f"{name}@example.org", "role": role, **more}, key=key)
    p.expect(200, "POST", "/v1/invitations/accept", {"invitation": made["invitation"], "password": PASSWORD}, key=None)
    return made["operator"]["id"]


def session_of(p, name, **more):
    return p.expect(201, "POST", "/v1/sessions", {"email": f"{name}@example.org", "password": PASSWORD, **more}, key=None)


def operator_routes(p, ids):
    ada = {"name": "Ada", "email": "Ada@Example.org", "role": "owner"}
    made = p.expect(201, "POST", "/v1/operators", ada)
    assert made["operator"]["state"] == "invited" and made["operator"]["email"] == "ada@example.org", made
    ids["operator_id"] = made["operator"]["id"]
    one = f"/v1/operators/{ids['operator_id']}"
    p.expect(409, "POST", "/v1/operators", {**ada, "email": "ADA@example.org"}, code="already_exists")
    p.expect(400, "POST", "/v1/operators", {**ada, "role": "root"}, code="invalid_request")
    p.expect(404, "POST", "/v1/operators", {"name": "Nowhere", "email": "n@example.org", "role": "manager", "scope": {"site_ids": ["site_" + "0" * 32]}}, code="site_not_found")
    renewed = p.expect(201, "POST", one + "/invitation")
    assert word_of_mail(p, "ada@example.org") == renewed["invitation"]
    accept = lambda status, invitation, password, code=None: p.expect(
        status, "POST", "/v1/invitations/accept", {"invitation": invitation, "password": password}, code, key=None)
    accept(404, made["invitation"], PASSWORD, "invitation_not_found")
    until_limited(p, "POST", "/v1/invitations/accept", {"invitation": made["invitation"], "password": PASSWORD}, key=None)
    accept(400, renewed["invitation"], "too short", "invalid_request")
    assert accept(200, renewed["invitation"], PASSWORD)["state"] == "active"
    accept(404, renewed["invitation"], PASSWORD, "invitation_not_found")
    p.expect(409, "POST", one + "/invitation", code="operator_accepted")
    p.expect(409, "PATCH", one, {"role": "auditor"}, code="last_owner")
    p.expect(409, "POST", one + "/end", code="last_owner")
    p.expect(200, "PATCH", one, {"name": "Ada L."})
    p.expect(200, "GET", one)
    bob = operator_of(p, "bob", "support")
    p.expect(200, "POST", f"/v1/operators/{bob}/end-sessions")
    assert p.expect(200, "POST", f"/v1/operators/{bob}/end")["state"] == "ended"
    assert len(p.expect(200, "GET", "/v1/operators")["items"]) == 2
    mails = [m for m in p.expect(200, "GET", "/v1/outbox")["items"] if m["operator_id"]]
    assert mails and p.expect(200, "GET", f"/v1/outbox/{mails[0]['id']}")["text"] is None, mails


def session_routes(p, ids):
    p.session = session_of(p, "ada")["token"]
    sign_in = {"email": "ada@example.org", "password": PASSWORD}
    wrong = p.expect(401, "POST", "/v1/sessions", {**sign_in, "password": "another password"}, "sign_in_refused", key=None)
    assert wrong == p.expect(401, "POST", "/v1/sessions", {**sign_in, "email": "eve@example.org"}, "sign_in_refused", key=None)
    until_limited(p, "POST", "/v1/sessions", {**sign_in, "password": "another password"}, key=None)
    assert p.expect(201, "POST", "/v1/sessions", {**sign_in, "cookie": True}, key=None)["token"] is None
    sessions = p.expect(200, "GET", "/v1/sessions", key=p.session)["items"]
    assert [s["current"] for s in sessions] == [False, True], sessions
    p.expect(204, "DELETE", f"/v1/sessions/{sessions[0]['id']}", key=p.session)
    ids["session_id"] = sessions[1]["id"]
    account = p.expect(200, "GET", "/v1/account", key=p.session)
    assert account["session_id"] == ids["session_id"] and "operators:write" in account["permissions"], account
    p.expect(403, "GET", "/v1/account", code="forbidden")
    change = {"password": PASSWORD, "new_password": PASSWORD + "!"}
    until_limited(p, "POST", "/v1/account/password", {**change, "password": "wrong"}, key=p.session)
    p.expect(204, "POST", "/v1/account/password", change, key=p.session)
    p.expect(204, "POST", "/v1/account/password", {"password": PASSWORD + "!", "new_password": PASSWORD}, key=p.session)
    until_limited(p, "POST", "/v1/account/totp", {"password": "wrong"}, key=p.session)
    p.expect(409, "POST", "/v1/account/totp/confirm", {"code": "000000"}, "no_second_factor", key=p.session)
    secret = p.expect(201, "POST", "/v1/account/totp", {"password": PASSWORD}, key=p.session)["secret"]
    until_limited(p, "POST", "/v1/account/totp/confirm", {"code": "x"}, key=p.session)
    codes = p.expect(200, "POST", "/v1/account/totp/confirm", {"code": totp(p, secret)}, key=p.session)["recovery_codes"]
    p.expect(409, "POST", "/v1/account/totp", {"password": PASSWORD}, "second_factor_set", key=p.session)
    p.expect(401, "POST", "/v1/sessions", sign_in, "second_factor_required", key=None)
    p.expect(403, "POST", "/v1/sessions", {**sign_in, "code": "12345x"}, "second_factor_refused", key=None)
    assert session_of(p, "ada", code=totp(p, secret))["token"]
    assert session_of(p, "ada", code=codes[0])["token"]
    p.expect(403, "POST", "/v1/sessions", {**sign_in, "code": codes[0]}, "second_factor_refused", key=None)
    renew = "/v1/account/totp/recovery-codes"
    until_limited(p, "POST", renew, {"password": PASSWORD, "code": "x"}, key=p.session)
    fresh = p.expect(200, "POST", renew, {"password": PASSWORD, "code": totp(p, secret)}, key=p.session)["recovery_codes"]
    p.expect(403, "POST", renew, {"password": PASSWORD, "code": codes[1]}, "second_factor_refused", key=p.session)
    assert len(fresh) == 10 and not set(fresh) & set(codes), fresh
    assert session_of(p, "ada", code=fresh[0])["token"]
    until_limited(p, "POST", "/v1/account/totp/remove", {"password": PASSWORD, "code": "x"}, key=p.session)
    p.expect(204, "POST", "/v1/account/totp/remove", {"password": PASSWORD, "code": totp(p, secret)}, key=p.session)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftAuthenticator:
    """A P-256 key of the openssl program, and the bytes of WebAuthn §6.1 around it."""

    def __init__(self):
        self.key = self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        self.id = hashlib.sha256(self.key).digest()
        self.head = hashlib.sha256(b"cardea.test").digest()

    @staticmethod
    def openssl(*words, stdin=b""):
        return subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=True).stdout

    def client_data(self, kind, challenge):
        return json.dumps({"type": "webauthn." + kind, "challenge": challenge, "origin": "https://cardea.test", "crossOrigin": False}).encode()

    def create(self, challenge):
        point = self.openssl("pkey", "-pubout", "-outform", "DER", stdin=self.key)[-64:]
        cose = bytes.fromhex("a5010203262001215820") + point[:32] + bytes.fromhex("225820") + point[32:]
        data = self.head + b"\x45" + bytes(4) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        return {"client_data": base64url(self.client_data("create", challenge)), "authenticator_data": base64url(data)}

    def get(self, challenge):
        client_data, data = self.client_data("get", challenge), self.head + b"\x05" + bytes(4)
        with tempfile.NamedTemporaryFile() as key:
            key.write(self.key)
            key.flush()
            signature = self.openssl("dgst", "-sha256", "-sign", key.name, stdin=data + hashlib.sha256(client_data).digest())
        return {"credential_id": base64url(self.id), "client_data": base64url(client_data), "authenticator_data": base64url(data),
                "signature": base64url(signature)}


def passkey_of(p, session, authenticator):
    offer = p.expect(201, "POST", "/v1/account/passkeys/begin", {"password": PASSWORD}, key=session)
    made = p.expect(201, "POST", "/v1/account/passkeys", {"name": "phone", **authenticator.create(offer["challenge"])}, key=session)
    return made["id"]


def passkey_routes(p, ids):
    ada = SoftAuthenticator()
    p.session = session_of(p, "ada")["token"]
    ids["passkey_id"] = passkey_of(p, p.session, ada)
    again = p.expect(201, "POST", "/v1/account/passkeys/begin", {"password": PASSWORD}, key=p.session)
    assert again["known"] == [base64url(ada.id)] and again["relying_party_id"] == "cardea.test", again
    known = {"name": "phone", **ada.create(again["challenge"])}
    p.expect(409, "POST", "/v1/account/passkeys", known, "passkey_known", key=p.session)
    p.expect(400, "POST", "/v1/account/passkeys", known, "passkey_refused", key=p.session)
    challenge = lambda: p.expect(201, "POST", "/v1/passkey-challenges", key=None)["challenge"]
    answer = ada.get(challenge())
    session = p.expect(201, "POST", "/v1/sessions/passkey", answer, key=None)["token"]
    p.expect(403, "POST", "/v1/sessions/passkey", answer, "passkey_refused", key=None)
    p.expect(403, "POST", "/v1/sessions/passkey", SoftAuthenticator().get(challenge()), "passkey_refused", key=None)
    p.expect(400, "POST", "/v1/sessions/passkey", {**answer, "signature": "="}, "invalid_request", key=None)
    assert p.expect(200, "GET", "/v1/account/passkeys", key=session)["items"][0]["last_used_at"]
    until_limited(p, "POST", "/v1/sessions/passkey", answer, key=None)
    until_limited(p, "POST", "/v1/passkey-challenges", None, key=None)
    until_limited(p, "POST", "/v1/account/passkeys/begin", {"password": "wrong"}, key=p.session)
    until_limited(p, "POST", f"/v1/account/passkeys/{ids['passkey_id']}/remove", {"password": "wrong"}, key=p.session)
    mine = f"/v1/account/passkeys/{ids['passkey_id']}"
    assert p.expect(200, "PATCH", mine, {"name": "laptop"}, key=p.session) == p.expect(200, "GET", mine, key=p.session)
    assert p.expect(200, "GET", "/v1/account/passkeys", key=p.session)["items"][0]["name"] == "laptop"
    second = passkey_of(p, p.session, SoftAuthenticator())
    p.expect(204, "POST", f"/v1/account/passkeys/{second}/remove", {"password": PASSWORD}, key=p.session)


REDIRECT = "http://127.0.0.1:1/sign-in/oidc"


def oidc_routes(p, ids):
    """Against a real provider, which ends with this."""
    p.session = session_of(p, "ada")["token"]
    answer = {"handle": "cardea_oidc_" + "0" * 64, "state": "s", "code": "c"}
    own = {"password": PASSWORD, "redirect_uri": REDIRECT}
    p.expect(503, "POST", "/v1/oidc-sign-ins", {}, "oidc_unavailable", key=None)
    p.expect(503, "POST", "/v1/sessions/oidc", answer, "oidc_unavailable", key=None)
    p.expect(503, "POST", "/v1/account/oidc-links/begin", own, "oidc_unavailable", key=p.session)
    p.expect(503, "POST", "/v1/account/oidc-links", answer, "oidc_unavailable", key=p.session)
    with tempfile.TemporaryDirectory() as folder:
        there = oidc_provider.Provider(os.path.join(folder, "provider"), [REDIRECT])
        try:
            p.order("provider", issuer=there.issuer, client_id=there.client_id, client_secret=there.client_secret, ca_file=str(there.authority.file))
            oidc_with_provider(p, there, answer, own)
        finally:
            there.stop()


def oidc_with_provider(p, there, answer, own):
    for name in ("ada", "eve", "gina"):
        there.add_user(name, f"{name}@example.org", True)
    begin = lambda status=201, code=None, **more: p.expect(status, "POST", "/v1/oidc-sign-ins", {"redirect_uri": REDIRECT, **more}, code, key=None)
    sign_in = lambda status, body, code=None, **more: p.expect(status, "POST", "/v1/sessions/oidc", {**body, **more}, code, key=None)
    link = lambda status, body, code=None: p.expect(status, "POST", "/v1/account/oidc-links", body, code, key=p.session)
    begin(400, "invalid_request", redirect_uri="https://evil.example/sign-in/oidc")
    begin(404, "invitation_not_found", invitation="cardea_invitation_" + "0" * 64)
    sign_in(403, answer, "oidc_refused")
    link(403, answer, "oidc_refused")
    sign_in(403, there.answer_of("ada", begin()), "oidc_not_linked")
    p.expect(403, "POST", "/v1/account/oidc-links/begin", {**own, "password": "wrong"}, "password_refused", key=p.session)
    begin_link = lambda: p.expect(201, "POST", "/v1/account/oidc-links/begin", own, key=p.session)
    link(201, there.answer_of("ada", begin_link()))
    link(409, there.answer_of("eve", begin_link()), "oidc_linked")
    session = sign_in(201, there.answer_of("ada", begin()))["token"]
    links = p.expect(200, "GET", "/v1/account/oidc-links", key=session)["items"]
    assert len(links) == 1 and links[0]["email"] == "ada@example.org" and links[0]["last_used_at"], links

    invite = lambda name: p.expect(201, "POST", "/v1/operators", {"name": name, "email": f"{name}@example.org", "role": "support"})
    gina = invite("gina")
    sign_in(409, there.answer_of("ada", begin(invitation=gina["invitation"])), "oidc_taken")
    late = there.answer_of("gina", begin(invitation=gina["invitation"]))
    renewed = p.expect(201, "POST", f"/v1/operators/{gina['operator']['id']}/invitation")
    sign_in(404, late, "invitation_not_found")
    sign_in(201, there.answer_of("gina", begin(invitation=renewed["invitation"])))

    secret = p.expect(201, "POST", "/v1/account/totp", {"password": PASSWORD}, key=p.session)["secret"]
    codes = p.expect(200, "POST", "/v1/account/totp/confirm", {"code": totp(p, secret)}, key=p.session)["recovery_codes"]
    waiting = there.answer_of("ada", begin())
    sign_in(401, waiting, "second_factor_required")
    sign_in(403, waiting, "second_factor_refused", second_factor="000000")
    waiting = there.answer_of("ada", begin())
    sign_in(401, waiting, "second_factor_required")
    p.session = sign_in(201, waiting, second_factor=codes[0])["token"]
    p.expect(204, "POST", "/v1/account/totp/remove", {"password": PASSWORD, "code": codes[1]}, key=p.session)

    until_limited(p, "POST", "/v1/sessions/oidc", answer, key=None)
    until_limited(p, "POST", "/v1/oidc-sign-ins", {"redirect_uri": REDIRECT}, key=None)
    until_limited(p, "POST", "/v1/account/oidc-links/begin", {**own, "password": "wrong"}, key=p.session)
    remove = {"issuer": there.issuer, "password": PASSWORD}
    until_limited(p, "POST", "/v1/account/oidc-links/remove", {**remove, "password": "wrong"}, key=p.session)
    p.expect(204, "POST", "/v1/account/oidc-links/remove", remove, key=p.session)
    p.expect(404, "POST", "/v1/account/oidc-links/remove", remove, "oidc_link_not_found", key=p.session)


def recovery_routes(p, ids):
    carol = f"/v1/operators/{operator_of(p, 'carol', 'manager')}"
    ask = lambda name: p.expect(202, "POST", "/v1/recoveries", {"email": f"{name}@example.org"}, key=None)
    complete = lambda status, word, code=None, **more: p.expect(
        status, "POST", "/v1/recoveries/complete", {"recovery": word, "password": PASSWORD, **more}, code, key=None)
    p.expect(404, "DELETE", carol + "/recovery", code="recovery_not_found")
    p.expect(404, "POST", carol + "/recovery/approve", code="recovery_not_found")
    assert ask("carol") == ask("nobody")
    word = word_of_mail(p, "carol@example.org")
    assert p.expect(200, "GET", carol)["recovery"]
    complete(403, word, "recovery_waits")
    assert p.expect(200, "DELETE", carol + "/recovery")["recovery"] is None
    complete(404, word, "recovery_not_found")
    ask("carol")
    word = word_of_mail(p, "carol@example.org")
    assert p.expect(200, "POST", carol + "/recovery/approve")["recovery"]["approved"]
    assert complete(200, word)["recovery"] is None
    until_limited(p, "POST", "/v1/recoveries/complete", {"recovery": word, "password": PASSWORD}, key=None)
    until_limited(p, "POST", "/v1/recoveries", {"email": "carol@example.org"}, key=None)
    ask("ada")
    p.order("upkeep")
    p.expect(200, "DELETE", "/v1/account/recovery", key=p.session)
    p.expect(404, "DELETE", "/v1/account/recovery", code="recovery_not_found", key=p.session)


def endings(p, ids):
    lost = p.expect(200, "POST", f"/v1/persons/{ids['person_id']}/phones/lost")["items"]
    assert [phone["id"] for phone in lost] == [ids["phone_id"]] and lost[0]["ended_because"] == "lost", lost
    assert p.expect(200, "POST", f"/v1/phones/{ids['phone_id']}/lost") == lost[0]
    p.advance(600)
    p.order("upkeep")
    expired = p.expect(200, "GET", f"/v1/outbox/{ids['message_id']}")
    assert expired["state"] == "failed" and expired["text"] is None and "expired" in expired["failure"], expired
    p.expect(409, "POST", f"/v1/outbox/{ids['message_id']}/retry", code="message_expired")
    revoked = p.expect(200, "POST", f"/v1/credentials/{ids['credential_id']}/revoke")
    assert revoked["delivery"] == "ending" and revoked["last_possible_use"], revoked
    p.expect(409, "GET", f"/v1/credentials/{ids['credential_id']}/code", code="ended")
    p.order("exchange", lock=ids["lock_id"])
    p.order("exchange", lock=ids["lock_id"])
    assert p.expect(200, "GET", f"/v1/credentials/{ids['credential_id']}")["delivery"] == "ended"
    assert p.expect(200, "POST", f"/v1/access-grants/{ids['grant_id']}/revoke")["state"] == "revoked"
    assert p.expect(200, "POST", f"/v1/persons/{ids['person_id']}/revoke")["revoked_at"]


def path_of(operation, ids, unknown=None):
    """The operation's path with real ids; `unknown` in place of the last one."""
    names = re.findall(r"\{(\w+)\}", operation["template"])
    path = operation["template"]
    for name in names:
        path = path.replace("{" + name + "}", unknown if unknown and name == names[-1] else ids[name])
    return path


def probe(p, operation, ids, keys):
    """What holds for every operation: keys, permissions, strict queries and bodies, ids of others."""
    method, permission = operation["method"], operation["x-permission"]
    if any("text/html" in answer.get("content", {}) for answer in operation["responses"].values()):
        return  # a page for people: the same for everybody, whatever a mailer adds to its address
    path = path_of(operation, ids)
    content = operation.get("requestBody", {}).get("content", {})
    media = next(iter(content), None)
    body = None if media is None else (b"{}" if media == "application/json" else b"x")
    # What is an operator's own takes a session: the least role is enough, and the mightiest API key is not.
    own = p.session if permission == "account:own" else "own"
    stranger = p.stranger_session if permission == "account:own" else p.hello["stranger"]
    send = lambda status, where, code=None, sent=body, key=own, kind=media: p.expect(status, method, where, sent, code, key=key, content_type=kind)
    send(400, path + "?nonsense=1", "invalid_request")
    if permission != "none":
        send(401, path, "unauthorized", key=None)
        send(401, path, "unauthorized", key="cardea_" + "0" * 64)
        send(403, path, "forbidden", key=keys["all but " + permission] if own == "own" else p.key)
        only = keys["only " + permission] if own == "own" else session_of(p, "dave")["token"]
        status, value = p.send(method, path, body, key=only, content_type=media)
        # Nobody touches who has more than they have themselves.
        if status in (401, 403) and value.get("code") != "password_refused" and not value.get("detail", "").startswith("Nobody gives"):
            fault(f"{method} {path}: {permission} alone is not enough: {status}")
    if "{" in operation["template"]:
        prefix = ids[re.findall(r"\{(\w+)\}", operation["template"])[-1]].split("_")[0]
        for unknown in (prefix + "_" + "0" * 32, prefix, "x", prefix + "_" + "G" * 32, "%00"):
            valid = VALID.get(operation["operationId"], body)
            send(404, path_of(operation, ids, unknown), sent=valid)
        send(404, path, sent=VALID.get(operation["operationId"], body), key=stranger)
    if media:
        send(415, path, "unsupported_media_type", kind="text/plain")
        send(413, path, "too_large", sent=b" " * LARGE.get(operation["operationId"], 70_000))
    if media == "application/json":
        for sent in (b"{", b"[]", b"null", b"{\"nonsense\":1}", b"{} {}", b"\xff", b'{"name":"a","name":"b"}', b"[" * 5000):
            send(400, path, sent=sent)


# More than a route reads, where that is more than usual.
LARGE = {"bulk": 1_100_000, "upload_firmware_image": 4_200_000, "add_lock_batch": 1_100_000}


def probe_conditions(p, operation, ids):
    """Who knows the state is not sent it again, and who has seen another one changes nothing."""
    if operation["operationId"] == "get_release":
        ids = {**ids, "lock_id": ids["released_lock_id"]}
    method, path, own = operation["method"], path_of(operation, ids), p.session if operation["x-permission"] == "account:own" else "own"
    if method == "GET" and "304" in operation["responses"]:
        p.expect(200, "GET", path, key=own)
        p.expect(304, "GET", path, key=own, more={"If-None-Match": p.etag})
        p.expect(200, "GET", path, key=own, more={"If-None-Match": '"0123"'})
    if method in ("PATCH", "PUT", "DELETE"):
        media = next(iter(operation.get("requestBody", {}).get("content", {})), None)
        body = None if media is None else VALID.get(operation["operationId"], b'{"name":"Never"}')
        p.expect(412, method, path, body, "precondition_failed", key=own, content_type=media, more={"If-Match": '"0123"'})
    if method == "POST":
        p.expect(400, method, path, code="invalid_request", key=own, more={"If-Match": "*"})


def probe_idempotency(p, operation, ids):
    """The same request under a key is answered alike, another one is refused, and a lost answer is told."""
    path = path_of(operation, ids) + "?nonsense=1"
    mine = {"idempotency_key": operation["operationId"], "key": p.session if operation["x-permission"] == "account:own" else "own"}
    first = p.expect(400, "POST", path, code="invalid_request", **mine)
    if p.expect(400, "POST", path, **mine) != first:
        fault(f"POST {path}: another answer to the same request under the same key")
    p.expect(422, "POST", path + "&more", code="idempotency_key_reused", **mine)
    p.order("lose_answers")
    p.expect(409, "POST", path, code="idempotency_answer_lost", **mine)


# Bodies that are in order, for requests whose id is to be looked at.
VALID = {
    "update_site": b'{"name":"Never"}',
    "type_at_sandbox_lock": b'{"code":"1"}',
    "simulate_sandbox_lock": b'{"battery_percent":50}',
    "update_door": b'{"name":"Never"}',
    "update_lock_settings": b'{"open_ms":4000}',
    "issue_service_code": b'{"family":"clock"}',
    "update_webhook": b'{"after":0}',
    "update_alert_rule": b'{"name":"Never"}',
    "update_person": b'{"name":"Never"}',
    "update_schedule": b'{"name":"Never"}',
    "update_access_grant": b'{"max_uses":null}',
    "update_calendar": b'{"name":"Never"}',
    "update_operator": b'{"name":"Never"}',
    "update_passkey": b'{"name":"Never"}',
    "remove_passkey": b'{"password":"x"}',
    "create_grant_invitation": b'{"channel":"link"}',
    "create_credential": ('{"kind":"token","door_id":"door_' + "0" * 32 + '"}').encode(),
}


def main():
    document = Document(sys.argv[1])
    p = Platform(document, sys.argv[2])
    served = {re.sub(r"\{\w+\}", "{}", route) for route in p.hello["routes"]}
    written = {re.sub(r"\{\w+\}", "{}", f"{o['method']} {o['template']}") for o in document.operations.values()}
    for route in sorted(served ^ written):
        fault(f"{route}: {'served but not documented' if route in served else 'documented but not served'}")

    try:
        walk(document, p)
    except Exception:  # what was found so far is worth more than where it stopped
        fault(traceback.format_exc())
    p.end()
    for line in FAULTS:
        print(line)
    print(f"{len(document.operations)} operations, {sum(len(s) for s in SEEN.values())} statuses, {len(FAULTS)} faults")
    return 1 if FAULTS else 0


def walk(document, p):
    ids = place_routes(p)
    for step in (lock_routes, person_routes, bulk_routes, sandbox_routes, credential_routes, phone_routes, home_routes, event_routes, webhook_routes, alert_routes, release_routes, write_off_routes, firmware_routes, batch_routes, key_routes, operator_routes, session_routes, recovery_routes, passkey_routes, oidc_routes):
        step(p, ids)
    permissions = document.root["components"]["schemas"]["Permission"]["enum"]
    keys = {}
    for permission in permissions:
        others = [other for other in permissions if other != permission]
        keys["only " + permission] = p.expect(201, "POST", "/v1/api-keys", {"name": "only " + permission, "permissions": [permission]})["key"]
        keys["all but " + permission] = p.expect(201, "POST", "/v1/api-keys", {"name": "all but " + permission, "permissions": others})["key"]
    endings(p, ids)
    operator_of(p, "dave", "installer")
    operator_of(p, "stranger", "owner", key=p.hello["stranger"])
    p.stranger_session = session_of(p, "stranger")["token"]
    p.session = session_of(p, "ada")["token"]
    ids["session_id"] = p.expect(200, "GET", "/v1/account", key=p.session)["session_id"]
    # Deletes come last, and of a key that nothing else needs.
    for operation in sorted(document.operations.values(), key=lambda o: o["method"] == "DELETE"):
        probe_conditions(p, operation, ids)
        probe(p, operation, ids, keys)
        if operation["method"] == "POST" and operation["x-permission"] != "none":
            probe_idempotency(p, operation, ids)

    for name, operation in document.operations.items():
        for status in operation["responses"]:
            if int(status) not in SEEN.get(name, set()):
                fault(f"{operation['method']} {operation['template']}: the documented {status} was never seen")


if __name__ == "__main__":
    sys.exit(main())
