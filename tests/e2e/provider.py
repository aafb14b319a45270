# SPDX-License-Identifier: Apache-2.0
"""An OpenID Connect provider for tests: Debian's glewlwyd as a process of its own, with TLS from an authority of the test's own, and a browser
that signs people in there."""

import http.cookiejar
import json
import pathlib
import signal
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from building import DEADLINE_S, free_port, until
from tls import Authority

PROGRAM = "/usr/bin/glewlwyd"
SCHEMA = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
ADMIN = {"username": "admin", "password": "password"}  # of the schema
PASSWORD = "the password at the provider"

CONFIG = """
port={port}
bind_address="127.0.0.1"
external_url="{url}"
login_url="login.html"
api_prefix="api"
log_mode="file"
log_level="INFO"
log_file="{folder}/glewlwyd.log"
cookie_secure=1
cookie_same_site="empty"
session_expiration=86400
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
use_secure_connection=true
secure_connection_key_file="{folder}/key.pem"
secure_connection_pem_file="{folder}/certificate.pem"
hash_algorithm="SHA512"
database={{ type="sqlite3" path="{folder}/glewlwyd.db" }};
"""


class Browser:
    """Keeps cookies and follows no redirect by itself."""

    def __init__(self, context):
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None
        self.opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), Stay,
                                                  urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def send(self, method, url, body=None):
        """Status, headers and body."""
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method)
        try:
            answer = self.opener.open(request, timeout=DEADLINE_S)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            return answer.status, answer.headers, answer.read()


class Provider:
    """One plugin, "oidc", one client and whoever is added."""

    def __init__(self, folder, redirect_uris):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.issuer = f"{self.url}/api/oidc"
        self.client_id, self.client_secret = "cardea", "only-the-platform-and-the-provider-know"  # glewlwyd does not decode what RFC 6749 §2.3.1 has encoded
        self.authority = Authority(self.folder, "provider-ca")
        self.authority.certify("DNS:localhost")
        self.context = ssl.create_default_context(cafile=self.authority.file)
        (self.folder / "glewlwyd.conf").write_text(CONFIG.format(port=self.port, url=self.url, folder=self.folder))
        subprocess.run(["sqlite3", self.folder / "glewlwyd.db"], input=pathlib.Path(SCHEMA).read_text(), text=True, check=True)
        self.process = None
        self.start()
        self.admin = Browser(self.context)
        self.order("POST", "/auth/", ADMIN)
        users = self.order("GET", "/mod/user/database")
        users["parameters"]["data-format"]["email_verified"] = {"multiple": False, "read": True, "write": True, "profile-read": True}
        self.order("PUT", "/mod/user/database", users)
        self.order("PUT", "/mod/user/database/reset")
        self.key_number = 0
        self.order("POST", "/mod/plugin/", {"module": "oidc", "name": "oidc", "display_name": "oidc", "parameters": self.parameters()})
        self.order("POST", "/client/", {
            "client_id": self.client_id, "name": "Cardea", "password": self.client_secret, "confidential": True, "enabled": True,
            "authorization_type": ["code"], "token_endpoint_auth_method": ["client_secret_basic"], "redirect_uri": redirect_uris})

    def parameters(self):
        """The plugin's, with a new signing key."""
        self.key_number += 1
        name = f"signing-{self.key_number}"
        for words in (["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", f"{name}.key"],
                      ["pkey", "-in", f"{name}.key", "-pubout", "-out", f"{name}.pub"]):
            subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)
        return {
            "iss": self.issuer, "jwt-type": "rsa", "jwt-key-size": "256", "key": (self.folder / f"{name}.key").read_text(),
            "cert": (self.folder / f"{name}.pub").read_text(), "access-token-duration": 60, "refresh-token-duration": 60, "code-duration": 60,
            "refresh-token-rolling": False, "allow-non-oidc": False, "auth-type-code-enabled": True, "auth-type-token-enabled": False,
            "auth-type-id-token-enabled": True, "auth-type-none-enabled": False, "auth-type-password-enabled": False,
            "auth-type-client-enabled": False, "auth-type-refresh-enabled": False, "auth-type-code-revoke-replayed": True,
            "pkce-allowed": True, "pkce-method-plain-allowed": False, "pkce-required": True, "jwks-show": True,
            "email-claim": "mandatory", "subject-type": "public",
            "claims": [{"name": "email_verified", "user-property": "email_verified", "type": "boolean", "boolean-value-true": "yes",
                        "boolean-value-false": "no", "mandatory": True}]}

    def start(self, authority=None):
        context = self.context if authority is None else ssl.create_default_context(cafile=authority)
        with (self.folder / "glewlwyd.out").open("ab") as out:
            self.process = subprocess.Popen([PROGRAM, "--config-file", self.folder / "glewlwyd.conf"], cwd=self.folder,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)

        def answers():
            assert self.process.poll() is None, self.log()
            try:
                return Browser(context).send("GET", self.url + "/config")[0] == 200
            except OSError:
                return False
        until("the provider answered", answers)

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def log(self):
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("glewlwyd.[lo]*")))

    def order(self, method, path, body=None):
        """As the provider's administrator."""
        status, _, answer = self.admin.send(method, f"{self.url}/api{path}", body)
        assert status == 200, f"{method} {path}: {status} {answer.decode()}\n{self.log()}"
        return json.loads(answer) if answer else None

    def change_key(self):
        self.order("PUT", "/mod/plugin/oidc", {"module": "oidc", "name": "oidc", "display_name": "oidc", "parameters": self.parameters()})
        self.order("PUT", "/mod/plugin/oidc/reset")

    def add_user(self, name, email, verified):
        self.order("POST", "/user/", {"username": name, "name": name, "email": email, "email_verified": "yes" if verified else "no",
                                      "password": PASSWORD, "enabled": True, "scope": ["g_profile", "openid"]})

    def redirect_of(self, name, url):
        """Where the provider sends the browser of somebody who has signed in there, for the URL that the platform gave."""
        browser = Browser(self.context)
        status, _, answer = browser.send("POST", f"{self.url}/api/auth/", {"username": name, "password": PASSWORD})
        assert status == 200, f"{status} {answer.decode()}"
        status, _, answer = browser.send("PUT", f"{self.url}/api/auth/grant/{self.client_id}", {"scope": "openid"})
        assert status == 200, f"{status} {answer.decode()}"
        status, headers, answer = browser.send("GET", url + "&g_continue")
        assert status == 302, f"{status} {answer.decode()} {self.log()}"
        return headers["Location"]

    def answer_of(self, name, offer):
        """What the page at the redirect URI sends to the platform, with the handle that it kept."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.redirect_of(name, offer["authorization_url"])).query))
        return {"handle": offer["handle"], "state": query["state"], "code": query["code"]}
