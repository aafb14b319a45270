#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every route × every role × own place, sister site and foreign workspace, on a running platform.

    check_matrix.py OPENAPI PLATFORM

MATRIX says by hand who may call what; it is not made from the server's own roles, or it would agree with any mistake in them. A
route that is not in it fails, and so does one that is in it and not served. In the own workspace a role gets past the permission
or is told that it lacks it. In the foreign one whoever asks for a thing that is there hears, byte for byte, what they hear of one
that is nowhere; no list shows it; and nothing of it has changed afterwards. The same holds for a sister: whoever is limited to another site of the own
workspace. Exit status 1 and one line a fault when not."""

import json
import re
import sys
import traceback

import check_openapi as api
from check_openapi import Document, Platform, fault

ROLES = {"O": "owner", "M": "manager", "I": "installer", "A": "auditor", "S": "support"}
EVERYBODY = "OMIAS"
PUBLIC = "public"

# Who may call what; the first letters of the roles.
MATRIX = {
    "get_health": PUBLIC, "accept_invitation": PUBLIC, "sign_in": PUBLIC, "ask_recovery": PUBLIC, "complete_recovery": PUBLIC,
    "begin_passkey_sign_in": PUBLIC, "sign_in_with_passkey": PUBLIC, "begin_oidc_sign_in": PUBLIC, "sign_in_with_oidc": PUBLIC,
    "list_sessions": EVERYBODY, "end_session": EVERYBODY, "end_all_sessions": EVERYBODY, "get_account": EVERYBODY,
    "change_password": EVERYBODY, "begin_totp": EVERYBODY, "confirm_totp": EVERYBODY, "remove_totp": EVERYBODY, "renew_recovery_codes": EVERYBODY,
    "cancel_own_recovery": EVERYBODY, "list_passkeys": EVERYBODY, "create_passkey": EVERYBODY, "begin_passkey": EVERYBODY,
    "get_passkey": EVERYBODY, "update_passkey": EVERYBODY, "remove_passkey": EVERYBODY, "list_oidc_links": EVERYBODY, "create_oidc_link": EVERYBODY, "begin_oidc_link": EVERYBODY,
    "remove_oidc_link": EVERYBODY,
    "bulk": EVERYBODY,  # each operation needs its own
    "get_workspace": EVERYBODY, "update_workspace": "O",
    "list_sites": EVERYBODY, "get_site": EVERYBODY, "create_site": "OM", "update_site": "OM",
    "list_doors": EVERYBODY, "get_door": EVERYBODY, "create_door": "OM", "update_door": "OM",
    "list_access_of_door": "OMAS", "explain_door": "OMAS",
    "create_sandbox_lock": "OM", "type_at_sandbox_lock": "OM", "simulate_sandbox_lock": "OM",
    "list_locks": EVERYBODY, "get_lock": EVERYBODY, "get_lock_bound": EVERYBODY, "get_lock_capacity": EVERYBODY,
    "claim_lock": "OI", "withdraw_claim": "OI", "update_lock_settings": "OI", "exchange_lock_file": "OI",
    "unlock": "OM", "release_keypad": "OM", "release_lock": "O", "get_release": "O", "write_off_lock": "O", "issue_service_code": "OM",
    "list_persons": "OMAS", "get_person": "OMAS", "create_person": "OM", "update_person": "OM", "revoke_person": "OM",
    "list_access_grants": "OMAS", "get_access_grant": "OMAS", "create_access_grant": "OM", "update_access_grant": "OM", "revoke_access_grant": "OM",
    "list_schedules": "OMAS", "get_schedule": "OMAS", "list_schedule_locks": "OMAS", "create_schedule": "OM", "update_schedule": "OM",
    "delete_schedule": "OM",
    "list_calendars": "OMAS", "get_calendar": "OMAS", "create_calendar": "OM", "update_calendar": "OM", "delete_calendar": "OM",
    "create_home": PUBLIC, "open_grant_invitation": PUBLIC, "choose_pin": PUBLIC, "claim_invitation": PUBLIC, "fetch_schedule": PUBLIC, "fetch_leases": PUBLIC, "list_phone_keys": PUBLIC, "unlock_by_phone": PUBLIC, "share_key": PUBLIC, "list_shares": PUBLIC, "end_share": PUBLIC, "list_phone_events": PUBLIC, "link_phone": PUBLIC, "end_own_phone": PUBLIC, "get_invitation_page": PUBLIC, "use_invitation_page": PUBLIC,
    "list_grant_invitations": "OMAS", "get_grant_invitation": "OMAS", "create_grant_invitation": "OM", "resend_grant_invitation": "OM",
    "cancel_grant_invitation": "OM",
    "grant_to_phones": "OM", "list_phones": "OMAS", "get_phone": "OMAS", "revoke_phone": "OM", "lose_phone": "OM", "lose_phones": "OM",
    "list_all_credentials": "OMAS", "list_credentials": "OMAS", "get_credential": "OMAS", "create_credential": "OM", "change_pin": "OM", "revoke_credential": "OM",
    "get_code": "O", "send_code": "OM", "reveal_code": "O",
    "list_outbox": "O", "get_outbox_message": "O", "retry_message": "O",
    "list_events": "OMAS", "get_event": "OMAS", "stream_events": "OMAS", "explain_event": "OMAS",
    "list_webhooks": "OA", "get_webhook": "OA", "list_webhook_deliveries": "OA", "create_webhook": "O", "update_webhook": "O", "delete_webhook": "O",
    "rotate_webhook_secret": "O",
    "list_alerts": EVERYBODY, "get_alert": EVERYBODY, "acknowledge_alert": "OM", "close_alert": "OM",
    "list_alert_rules": EVERYBODY, "get_alert_rule": EVERYBODY, "create_alert_rule": "OM", "update_alert_rule": "OM", "delete_alert_rule": "OM",
    "list_firmware_makers": EVERYBODY, "add_firmware_maker": "O", "remove_firmware_maker": "O",
    "list_lock_batches": EVERYBODY, "add_lock_batch": "O", "remove_lock_batch": "O",
    "list_firmware_images": EVERYBODY, "get_firmware_image": EVERYBODY, "upload_firmware_image": "O", "delete_firmware_image": "O",
    "list_firmware_campaigns": EVERYBODY, "get_firmware_campaign": EVERYBODY, "list_firmware_campaign_locks": EVERYBODY,
    "create_firmware_campaign": "OMI", "pause_firmware_campaign": "OMI", "resume_firmware_campaign": "OMI", "cancel_firmware_campaign": "OMI",
    "list_api_keys": "OA", "create_api_key": "O", "revoke_api_key": "O",
    "list_operators": "OA", "get_operator": "OA", "create_operator": "O", "update_operator": "O", "renew_invitation": "O",
    "end_operator": "O", "end_sessions_of_operator": "O", "cancel_recovery": "O", "approve_recovery": "O",
}

# Things of another workspace that a body or a query may name: operation, and what it is sent with {an id} in it.
REFERENCES = [
    ("create_door", "", {"site_id": "{site_id}", "name": "Spy", "zone": "Europe/Zurich"}),
    ("create_access_grant", "", {"person_id": "{person_id}", "door_ids": ["{own_door}"], "from": "2026-01-01T00:00:00Z"}),
    ("create_access_grant", "", {"person_id": "{own_person}", "door_ids": ["{own_door}", "{door_id}"], "from": "2026-01-01T00:00:00Z"}),
    ("create_access_grant", "", {"person_id": "{own_person}", "door_ids": ["{own_door}"], "from": "2026-01-01T00:00:00Z", "schedule_id": "{schedule_id}"}),
    ("update_access_grant", "{own_grant}", {"door_ids": ["{own_door}", "{door_id}"]}),
    ("update_access_grant", "{own_grant}", {"schedule_id": "{schedule_id}"}),
    ("create_schedule", "", {"name": "Spy", "schedule": {"weekly": [{"days": ["mon"], "from": "08:00", "to": "12:00"}]}, "calendar_ids": ["{calendar_id}"]}),
    ("bulk", "", {"operations": [{"path": "/v1/access-grants/{grant_id}/revoke"}], "atomic": True}),
    ("bulk", "", {"operations": [{"path": "/v1/persons/{person_id}/revoke"}], "atomic": True}),
    ("create_sandbox_lock", "", {"door_id": "{door_id}"}),
    ("claim_lock", "", {"door_id": "{door_id}", "label": "CARDEA1:AAAA"}),
    ("grant_to_phones", "{own_grant}", {"phone_ids": ["{phone_id}"]}),
    ("create_credential", "{own_grant}", {"kind": "token", "door_id": "{door_id}"}),
    ("list_doors", "?site_id={site_id}", None),
    ("list_access_grants", "?person_id={person_id}", None),
    ("list_access_grants", "?door_id={door_id}", None),
    ("list_access_grants", "?schedule_id={schedule_id}", None),
    ("list_all_credentials", "?person_id={person_id}", None),
    ("list_all_credentials", "?door_id={door_id}", None),
    ("list_all_credentials", "?lock_id={lock_id}", None),
    ("list_events", "?site_id={site_id}", None),
    ("list_events", "?door_id={door_id}", None),
    ("list_events", "?lock_id={lock_id}", None),
    ("list_events", "?person_id={person_id}", None),
    ("stream_events", "?site_id={site_id}", None),
    ("stream_events", "?door_id={door_id}", None),
    ("create_firmware_campaign", "", {"name": "Spy", "image_id": "{image_id}", "rings": [{"name": "all"}]}),
    ("create_firmware_campaign", "", {"name": "Spy", "image_id": "image_00000000000000000000000000000000", "lock_ids": ["{lock_id}"], "rings": [{"name": "all"}]}),
    ("create_firmware_campaign", "", {"name": "Spy", "image_id": "image_00000000000000000000000000000000", "site_ids": ["{site_id}"], "rings": [{"name": "all"}]}),
    ("list_alerts", "?lock_id={lock_id}", None),
    ("create_alert_rule", "", {"type": "door_forced", "door_ids": ["{door_id}"]}),
    ("create_alert_rule", "", {"type": "door_forced", "site_ids": ["{site_id}"]}),
    ("create_alert_rule", "", {"type": "door_forced", "steps": [{"after_min": 0, "tell": ["{operator_id}"]}]}),
]


# For whoever is limited to some places: what is about the workspace as a whole …
WHOLE = {
    "update_workspace", "create_site", "update_site",
    "create_schedule", "update_schedule", "delete_schedule", "create_calendar", "update_calendar", "delete_calendar",
    "list_outbox", "get_outbox_message", "retry_message",
    "list_webhooks", "get_webhook", "list_webhook_deliveries", "create_webhook", "update_webhook", "delete_webhook", "rotate_webhook_secret",
    "list_alert_rules", "get_alert_rule", "create_alert_rule", "update_alert_rule", "delete_alert_rule",
    "add_firmware_maker", "remove_firmware_maker", "upload_firmware_image", "delete_firmware_image",
    "add_lock_batch", "remove_lock_batch",
    "list_api_keys", "create_api_key", "revoke_api_key",
    "list_operators", "get_operator", "create_operator", "update_operator", "renew_invitation", "end_operator",
    "end_sessions_of_operator", "cancel_recovery", "approve_recovery",
}
# … and what all of a workspace share, and may read. Everything else is about things at doors.
SHARED = ("workspace_", "schedule_", "calendar_", "maker_", "image_", "batch_")


def sign_in_as_every_role(p, prefix, key="own"):
    sessions = {}
    for letter, role in ROLES.items():
        api.operator_of(p, prefix + role, role, key=key)
        sessions[letter] = api.session_of(p, prefix + role)["token"]
    return sessions


def limited_to(p, prefix, scope):
    """Operators of the own workspace who are limited, and a key in place of an owner, who never is."""
    sessions = {}
    for letter, role in ROLES.items():
        if letter == "O":
            sessions[letter] = p.expect(201, "POST", "/v1/api-keys", {"name": prefix + role, "role": role, "scope": scope})["key"]
        else:
            api.operator_of(p, prefix + role, role, scope=scope)
            sessions[letter] = api.session_of(p, prefix + role)["token"]
    return sessions


def own_workspace(p, document, ids, sessions, limited=False):
    """A query that no route knows is refused after permission and reach were looked at, and before anything is done."""
    for name, operation in document.operations.items():
        if name in ("get_invitation_page", "use_invitation_page"):
            continue  # a page for people: the same for everybody
        path = api.path_of(operation, ids) + "?nonsense=1"
        for letter, session in sessions.items():
            status, value = p.send(operation["method"], path, key=session)
            may = MATRIX.get(name) == PUBLIC or letter in MATRIX.get(name, "")
            if limited and letter == "O" and operation["x-permission"] == "account:own":
                may = False  # a key
            expected = (403, "forbidden") if not may else (403, "out_of_scope") if limited and name in WHOLE else (400, "invalid_request")
            if (status, value.get("code")) != expected:
                fault(f"{name} as {'limited ' if limited else ''}{ROLES[letter]}: got {status} {value.get('code')} instead of {expected}")


def unknown_of(identifier):
    return identifier.split("_")[0] + "_" + "0" * 32


def without_echo(value, identifier):
    """An answer may repeat what it was sent."""
    return json.dumps(value).replace(identifier, "ID")


def compare(p, where, method, path, body, media, identifier, session):
    unknown = unknown_of(identifier)
    text = body if body is None else json.dumps(body).encode()
    theirs = p.send(method, path, text, key=session, content_type=media)
    nobodys = p.send(method, path.replace(identifier, unknown), text and text.replace(identifier.encode(), unknown.encode()), key=session, content_type=media)
    if theirs[0] != nobodys[0] or without_echo(theirs[1], identifier) != without_echo(nobodys[1], unknown):
        fault(f"{where}: a foreign {identifier} is told from one that is nowhere: {theirs} {nobodys}")
    if theirs[0] < 300 and method != "GET":
        fault(f"{where}: done to a foreign {identifier}: {theirs}")


def foreign_paths(p, document, ids, sessions, who="foreign"):
    for name, operation in document.operations.items():
        names = re.findall(r"\{(\w+)\}", operation["template"])
        if not names or MATRIX.get(name) == PUBLIC:
            continue
        media = next(iter(operation.get("requestBody", {}).get("content", {})), None)
        body = None if media is None else json.loads(api.VALID.get(name, b"{}"))
        for letter, session in sessions.items():
            where = f"{name} as the {who} {ROLES[letter]}"
            if who == "sister" and ids[names[-1]].startswith(SHARED) and name not in WHOLE:
                continue
            compare(p, where, operation["method"], api.path_of(operation, ids), body, media, ids[names[-1]], session)


def foreign_references(p, document, ids, owner, who="foreign"):
    for name, more, body in REFERENCES:
        operation = document.operations[name]
        text = json.dumps(body)
        identifier = next(ids[key] for key in re.findall(r"\{(\w+)\}", more + text) if not key.startswith("own_"))
        if who == "sister" and identifier.startswith(SHARED):
            continue
        fill = lambda text: re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], text)
        path = operation["template"]
        if more.startswith("{"):
            path = re.sub(r"\{\w+\}", fill(more), path)
        else:
            path += fill(more)
        media = None if body is None else "application/json"
        compare(p, f"{name} that names a {who} thing", operation["method"], path, body and json.loads(fill(text)), media, identifier, owner)


def foreign_lists(p, document, sessions, known, who="foreign"):
    for name, operation in document.operations.items():
        if operation["method"] != "GET" or "{" in operation["template"]:
            continue
        for letter, session in sessions.items():
            status, value = p.send("GET", operation["template"], key=session)
            for identifier in known:
                if identifier in json.dumps(value):
                    fault(f"{name} as the {who} {ROLES[letter]}: shows {identifier}")


def everything(p, document, ids):
    """What the own workspace is, as its owner reads it."""
    out = {}
    for name, operation in document.operations.items():
        if operation["method"] == "GET" and name not in ("get_health", "get_code", "list_api_keys", "get_invitation_page") and operation["x-permission"] != "account:own":
            out[name] = p.send("GET", api.path_of(operation, ids))
            if name == "explain_door":
                out[name][1].pop("at")  # the moment of the question
    return out


def place_of_their_own(p, ids, key, door):
    """For bodies that name one thing of one's own and one that is not."""
    out = {**ids, "own_door": door}
    out["own_person"] = p.expect(201, "POST", "/v1/persons", {"name": "Theirs"}, key=key)["id"]
    grant = {"person_id": out["own_person"], "door_ids": [door], "from": "2026-01-01T00:00:00Z"}
    out["own_grant"] = p.expect(201, "POST", "/v1/access-grants", grant, key=key)["id"]
    return out


def house(p, name, key="own"):
    site = p.expect(201, "POST", "/v1/sites", {"name": name}, key=key)["id"]
    return site, p.expect(201, "POST", "/v1/doors", {"site_id": site, "name": name, "zone": "Europe/Zurich"}, key=key)["id"]


def sees_nothing_of_schedules(p, session):
    """Schedules are shared; who follows them is not."""
    for schedule in p.expect(200, "GET", "/v1/schedules", key=session)["items"]:
        locks = p.expect(200, "GET", f"/v1/schedules/{schedule['id']}/locks", key=session)["items"]
        if schedule["grants"] or schedule["locks"]["total"] or locks:
            fault(f"a schedule shows a sister who follows it: {schedule} {locks}")


def walk(document, p):
    for name in sorted(MATRIX.keys() ^ document.operations.keys()):
        fault(f"{name}: {'in the matrix, and no route' if name in MATRIX else 'a route that is not in the matrix'}")
    ids = api.place_routes(p)
    for step in (api.lock_routes, api.person_routes, api.credential_routes, api.phone_routes, api.event_routes, api.webhook_routes, api.alert_routes, api.firmware_routes, api.batch_routes, api.key_routes):
        step(p, ids)
    own = sign_in_as_every_role(p, "own-")
    ids["operator_id"] = p.expect(200, "GET", "/v1/operators")["items"][1]["id"]
    ids["session_id"] = p.expect(200, "GET", "/v1/sessions", key=own["M"])["items"][0]["id"]
    ids["passkey_id"] = api.passkey_of(p, own["M"], api.SoftAuthenticator())
    own_workspace(p, document, ids, own)
    own_workspace(p, document, ids, limited_to(p, "near-", {"site_ids": [ids["site_id"]]}), limited=True)
    sites_and_doors = [house(p, "Sister"), house(p, "Theirs", p.hello["stranger"])]
    sister_site, sister_door = sites_and_doors[0]
    sister = limited_to(p, "sister-", {"site_ids": [sister_site], "door_ids": [sister_door]})
    foreign = sign_in_as_every_role(p, "foreign-", key=p.hello["stranger"])
    known = [identifier for identifier in ids.values() if re.fullmatch(r"[a-z]+_[0-9a-f]{32}", str(identifier))]
    theirs = place_of_their_own(p, ids, foreign["M"], sites_and_doors[1][1])
    sisters = place_of_their_own(p, ids, sister["M"], sister_door)
    before = everything(p, document, ids)
    foreign_paths(p, document, ids, foreign)
    foreign_references(p, document, theirs, foreign["O"])
    foreign_lists(p, document, foreign, known)
    foreign_paths(p, document, ids, sister, "sister")
    foreign_references(p, document, sisters, sister["O"], "sister")
    foreign_lists(p, document, sister, [identifier for identifier in known if not identifier.startswith(SHARED)], "sister")
    sees_nothing_of_schedules(p, sister["S"])
    after = everything(p, document, ids)
    for name, answer in before.items():
        if after[name] != answer:
            fault(f"{name}: changed by another workspace: {str(answer)[:300]} {str(after[name])[:300]}")
    if p.send("GET", "/v1/account", key=own["M"])[0] != 200:
        fault("a session was ended by another workspace")
    print(f"{len(document.operations)} routes, {len(ROLES)} roles, two workspaces, and a sister site")


def main():
    document = Document(sys.argv[1])
    p = Platform(document, sys.argv[2])
    try:
        walk(document, p)
    except Exception:  # what was found so far is worth more than where it stopped
        fault(traceback.format_exc())
    p.end()
    for line in api.FAULTS:
        print(line)
    return 1 if api.FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
