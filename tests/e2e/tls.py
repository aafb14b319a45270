# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, by the openssl command."""

import datetime
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

    def certify(self, names, days="30", days_old=0):
        """Written beside and moved, the key first: as a careful tool does it."""
        openssl(self.folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "next.key", "-out", "next.csr",
                "-subj", "/CN=platform")
        (self.folder / "names").write_text(f"subjectAltName={names}\n")
        self.sign(int(days), days_old)
        (self.folder / "next.key").replace(self.folder / "key.pem")
        (self.folder / "next.pem").replace(self.folder / "certificate.pem")

    def sign(self, days, days_old):
        """By the command that can make a certificate which is `days_old` already."""
        (self.folder / "index").write_text("")
        (self.folder / "ca.conf").write_text("[ca]\ndefault_ca=ca\n[ca]\ndatabase=index\nnew_certs_dir=.\nrand_serial=yes\npolicy=any\n"
                                             "default_md=sha256\nunique_subject=no\n[any]\ncommonName=supplied\n")
        now = datetime.datetime.now(datetime.timezone.utc)

        def day(offset):
            return (now + datetime.timedelta(days=offset)).strftime("%Y%m%d%H%M%SZ")
        openssl(self.folder, "ca", "-batch", "-notext", "-config", "ca.conf", "-cert", f"{self.name}.pem", "-keyfile", f"{self.name}.key", "-in",
                "next.csr", "-out", "next.pem", "-startdate", day(-days_old), "-enddate", day(days), "-extfile", "names")
