# SPDX-License-Identifier: Apache-2.0
"""Builds and starts the platform on 127.0.0.1:8480, with a simulated building of three doors, and says where to look. All state
is in build/run and stays there: the second start takes seconds. Ctrl-C stops everything, gracefully.

  front   a protected lock, online       side   an unprotected lock, online       cellar   a protected lock that no network reaches

With --firmware the front door's lock is the shipped lock on an emulated Cortex-M3 (qemu-system-arm), which reaches the platform
through cardea-gateway; it stays one at later starts.

The doors are made through the API, and their locks are activated as an installer would: claimed by the label, with a press
of the inside button; the cellar's by files carried both ways."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import build
import firmware
import processes
import ui
from api import Api, Unreachable
from processes import FRONT, GATEWAY, RUN, SERVER, SIDE, shown

URL = "http://127.0.0.1:8480"
# By name: browsers bind passkeys to no address.
CONSOLE_URL = "http://localhost:8481"
PHONE_URL = "http://localhost:8482"
API_KEY = RUN / "api-key"
READY_S_MAX = 30.0
ACTIVATION_S_MAX = 30.0
POLL_S = 0.05
LOCK = build.RELEASE_BIN / "cardea-lock"
DOORS = {"front": "protected", "side": "unprotected", "cellar": "protected"}


def add_arguments(parser) -> None:
    parser.add_argument("--detach", action="store_true", help="leave it running and return; ./dev stop stops it")
    parser.add_argument("--firmware", action="store_true", help="put an emulated Cortex-M lock behind the front door")
    parser.add_argument("--fresh", action="store_true", help="forget the state of earlier runs first")


def machine_zone() -> str:
    """The machine's IANA zone."""
    target = os.path.realpath("/etc/localtime")
    return target.split("/zoneinfo/", 1)[1] if "/zoneinfo/" in target else "UTC"


def wait_for(what: str, seconds_max: float, condition, process: processes.Process):
    """What `condition` returns once it is true. Fails early when `process` ends."""
    deadline = time.monotonic() + seconds_max
    while not (found := condition()):
        if process.pid() is None:
            raise ui.Failed(f"{process.name} ended before {what}. The end of {shown(process.log)}:\n{process.last_lines()}")
        if time.monotonic() > deadline:
            raise ui.Failed(f"waited {seconds_max:.0f} s for {what}. The end of {shown(process.log)}:\n{process.last_lines()}")
        time.sleep(POLL_S)
    return found


def lock(*words: str | Path) -> str:
    done = subprocess.run([LOCK, *words], cwd=build.ROOT, text=True, capture_output=True)
    if done.returncode != 0:
        raise ui.Failed(f"cardea-lock {' '.join(str(word) for word in words)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


def start_server() -> Api:
    SERVER.start(build.RELEASE_BIN / "cardea-server", "--state", RUN / "platform", "--listen", URL.removeprefix("http://"),
                 "--console", CONSOLE_URL.removeprefix("http://").replace("localhost", "127.0.0.1"), "--console-url", CONSOLE_URL,
                 "--phone", PHONE_URL.removeprefix("http://").replace("localhost", "127.0.0.1"), "--phone-url", PHONE_URL, "--homes",
                 "--public-url", URL.replace("127.0.0.1", "localhost"), "--api-key-file", API_KEY)

    def healthy() -> bool:
        try:
            return Api(URL).get("/v1/health")["status"] == "ok"
        except Unreachable:
            return False
    wait_for("the platform answered", READY_S_MAX, healthy, SERVER)
    return Api(URL, API_KEY.read_text().strip())


def is_emulated(name: str) -> bool:
    return (RUN / name / "board.txt").exists()


def make_lock(name: str, lock_class: str, image: Path | None = None) -> None:
    state = RUN / name
    if image and (state / "flash.bin").exists():
        raise ui.Failed(f"the lock of {name} is a process, and a lock cannot change its body: ./dev run --fresh --firmware begins anew")
    if not is_emulated(name) and not (state / "flash.bin").exists():
        lock("init", "--state", state, "--class", lock_class, *(["--firmware", image] if image else []))


def listens(path: Path) -> bool:
    """Whether a process is behind this socket: its file outlives a power cut."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(os.path.relpath(path))
            return True
        except OSError:
            return False


def is_active(api: Api, door: dict) -> bool:
    lock_id = api.get(f"/v1/doors/{door['id']}")["lock_id"]
    return lock_id is not None and api.get(f"/v1/locks/{lock_id}")["state"] == "active"


def claim(api: Api, name: str, door: dict) -> None:
    if door["lock_id"] is None:
        label = lock("label", "--state", RUN / name).splitlines()[0]
        api.call("POST", "/v1/locks/claim", {"door_id": door["id"], "label": label, "class": DOORS[name]})


def activate_online(api: Api, process: processes.Process, door: dict) -> None:
    if not is_active(api, door):
        wait_for("the lock listened to us", READY_S_MAX, lambda: listens(RUN / process.name / "lock.sock"), process)
        claim(api, process.name, door)
        lock("press", "--state", RUN / process.name)
        wait_for("the lock was activated", ACTIVATION_S_MAX, lambda: is_active(api, door), process)
        print(f"{process.name}: activated")
    lock_id = api.get(f"/v1/doors/{door['id']}")["lock_id"]
    wait_for("the lock was online", ACTIVATION_S_MAX, lambda: api.get(f"/v1/locks/{lock_id}")["online"], process)


def activate_by_files(api: Api, name: str, door: dict) -> None:
    """What an installer carries: the ask and its answer; then the lock's first file, which tells the platform that the lock has its
    keys, and its answer. A start that was interrupted in between goes on where it was."""
    if is_active(api, door):
        return
    state = RUN / name
    if not json.loads(lock("status", "--state", state, "--json"))["claimed"]:
        claim(api, name, door)
        carry(api, door, lambda path: lock("file", "ask", "--press", "--state", state, "--to", path),
              lambda path: lock("file", "answer", "--state", state, "--from", path))
    carry(api, door, lambda path: lock("file", "out", "--state", state, "--to", path),
          lambda path: lock("file", "in", "--state", state, "--from", path))
    print(f"{name}: activated by files")


def carry(api: Api, door: dict, write, read) -> None:
    """Brings what the lock writes to the platform, and the answer back."""
    lock_id = api.get(f"/v1/doors/{door['id']}")["lock_id"]
    with tempfile.TemporaryDirectory(dir=RUN) as bag:
        there, back = Path(bag) / "there", Path(bag) / "back"
        write(there)
        back.write_bytes(api.call("POST", f"/v1/locks/{lock_id}/files", there.read_bytes()))
        read(back)


def make_building(api: Api, front_image: Path | None) -> None:
    site = api.create("/v1/sites", {"name": "home"})
    doors = {name: api.create("/v1/doors", {"site_id": site["id"], "name": name, "zone": machine_zone()}) for name in DOORS}
    for name, lock_class in DOORS.items():
        make_lock(name, lock_class, front_image if name == "front" else None)
    for process in (FRONT, SIDE):
        process.start(LOCK, "run", "--state", RUN / process.name, "--platform", URL)
    if is_emulated("front"):
        GATEWAY.start(build.RELEASE_BIN / "cardea-gateway", "--serial", RUN / "front" / "bearer.sock", "--platform", URL)
    for process in (FRONT, SIDE):
        activate_online(api, process, doors[process.name])
    activate_by_files(api, "cellar", doors["cellar"])


def print_next_steps(detached: bool) -> None:
    print(f"""
{ui.bold('Cardea runs')}

  console   {CONSOLE_URL}                phone     {PHONE_URL}                API       {URL}, spec/openapi.yaml
  state     {shown(RUN)}/{{platform,front,side,cellar}}      API key   {shown(API_KEY)}
  logs      {shown(RUN)}/{{platform,front,side}}.log
  doors     front (protected, online{', an emulated Cortex-M3' if is_emulated('front') else ''}), side (unprotected, online), cellar (protected, no network)

Next, in {'this' if detached else 'another'} terminal:

  alias cardea={shown(build.RELEASE_BIN)}/cardea
  cardea door list
  cardea lock screen --state {shown(RUN)}/front      # stand at the front door: its keypad

README.md has the tour: let a person in, type the code, see the record. {'./dev stop' if detached else 'Ctrl-C'} stops everything; state stays.""")


def refuse_if_running() -> None:
    running = [process.name for process in processes.ALL if process.pid() is not None]
    if running:
        raise ui.Failed(f"{', '.join(running)} of an earlier ./dev run still runs; ./dev stop stops it")
    try:
        Api(URL).get("/v1/health")
    except Unreachable:
        return
    except ui.Failed:
        pass
    raise ui.Failed(f"another program listens on {URL}; stop it first")


def wait_until_stopped() -> int:
    """Until Ctrl-C or SIGTERM, or until one of the processes ends by itself: a lock may, when somebody cuts its power."""
    without_power = set()
    while True:
        for process in processes.started():
            if process.name in without_power or process.pid() is not None:
                continue
            if process not in (FRONT, SIDE):
                print(ui.red(f"{process.name} ended. The end of {shown(process.log)}:\n{process.last_lines()}"))
                return 1
            without_power.add(process.name)
            print(f"{process.name} is without power: {process.last_lines(1)}. What is done at it starts it for that; "
                  "./dev stop and ./dev run start it for good")
        time.sleep(0.5)


def run(arguments) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parts = ui.Parts()
    with parts.part("build release"):
        build.build("release", "cardea_apps")
    if arguments.firmware:
        if not shutil.which("qemu-system-arm"):
            raise ui.Failed("qemu-system-arm is not there, which emulates the lock's board: ./dev firmware installs it")
        with parts.part("build the image"):
            build.build("mcu", "cardea-image")
    refuse_if_running()
    if arguments.fresh:
        shutil.rmtree(RUN, ignore_errors=True)
    RUN.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with parts.part("start the platform and its building"):
            make_building(start_server(), firmware.IMAGES["mcu"] if arguments.firmware else None)
        print_next_steps(arguments.detach)
        if arguments.detach:
            return 0
        exit_status = wait_until_stopped()
    except KeyboardInterrupt:
        print("\nstopping")
        exit_status = 0
    except BaseException:
        processes.stop_all()
        raise
    return exit_status if processes.stop_all() else 1
