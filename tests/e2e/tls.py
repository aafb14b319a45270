# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, by the openssl command."""

import subprocess


def openssl(folder, *words):
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Authority:
    """Files: NAME.pem and NAME.key of the authority; certificate.pem and key.pem of the newest server."""

    def __init__(self, folder, name):
        self.folder, self.name, self.file = folder, name, folder / f"{name}.pem"
        openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out",
                f"{name}.pem", "-subj", f"/CN={name}", "-days", "30")

    def certify(self, names, days="30"):
        """Written beside and moved, the key first: as a careful tool does it."""
        openssl(self.folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "next.key", "-out", "next.csr",
                "-subj", "/CN=platform")
        (self.folder / "names").write_text(f"subjectAltName={names}\n")
        openssl(self.folder, "x509", "-req", "-in", "next.csr", "-CA", f"{self.name}.pem", "-CAkey", f"{self.name}.key", "-out", "next.pem",
                "-days", days, "-extfile", "names")
        (self.folder / "next.key").replace(self.folder / "key.pem")
        (self.folder / "next.pem").replace(self.folder / "certificate.pem")
