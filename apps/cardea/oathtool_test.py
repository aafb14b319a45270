#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One-time codes agree with oathtool, which is given the K_slot of the vectors and knows nothing of Cardea (codes.md section 2)."""

import json
import pathlib
import subprocess
import sys

VECTORS = json.loads((pathlib.Path(__file__).parents[2] / "spec/vectors/codes_v1.json").read_text())


def ours(case):
    lock = VECTORS["locks"][case["lock"]]
    flags = [flag for flag, on in (("--sms", case["purpose"] == "sms"), ("--fixed", case["fixed"])) if on]
    done = subprocess.run([sys.argv[1], "code", "otp", "--lock-id", lock["lock_id"], "--slot", str(case["slot"]), "--generation",
                           str(case["generation"]), "--digits", str(case["digits"]), "--time", f"@{case['time']}", "--json", *flags],
                          env={"CARDEA_K_LOCK": lock["k_lock"]}, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)[0]["code"]


def theirs(case):
    step = 150 if case["purpose"] == "sms" else 30
    done = subprocess.run(["oathtool", "--totp=sha256", f"--time-step-size={step}s", f"--digits={case['digits']}", f"--now=@{case['time']}",
                           case["k"]], capture_output=True, text=True, check=True, env={"TZ": "UTC", "PATH": "/usr/bin:/bin"})
    return done.stdout.strip()


wrong = 0
for number, case in enumerate(VECTORS["otp"]):
    if ours(case) == theirs(case):
        continue
    wrong += 1
    print(f"otp[{number}]: cardea {ours(case)}, oathtool {theirs(case)}")
print(f"{len(VECTORS['otp'])} codes, {wrong} differ")
sys.exit(1 if wrong or not VECTORS["otp"] else 0)
