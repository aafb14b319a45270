#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds the web apps into build/web/dist/{console,phone}, each again only when something that it is made of changed.

    build.py                    the files, with what gzip and brotli make of them beside them
    build.py --embed FOLDER     and in FOLDER assets.bin and assets.cpp, which server/web carries in the binary
    build.py --list             the files that the apps are made of, for CMake
    build.py playground         build/web/dist/playground, with the modules of build/wasm/bin in it; no binary carries it

A sentence that one of the languages lacks ends it, before anything is built: tools/web/messages.mjs says so of catalogs, and the
compiler where the words of a language are an object of a type (tools/web/types.mjs)."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import node

ROOT = node.ROOT
DIST = node.WEB / "dist"
APPS = ("console", "phone")
MODULES = {"playground": [ROOT / "build/wasm/bin" / name for name in ("lock.wasm", "platform.wasm")]}
TOOLS = ("build.mjs", "build.py", "messages.mjs", "node.py", "types.mjs")
COMMON = [ROOT / "web" / name for name in ("package.json", "package-lock.json", ".npmrc", "tsconfig.base.json")]
ENCODINGS = {".gz": "gzip", ".br": "brotli"}


def sources(*parts: str) -> list[Path]:
    """What the apps are made of: `parts` are folders of web/."""
    files = [path for part in parts for path in (ROOT / "web" / part).rglob("*") if path.is_file() and "node_modules" not in path.parts]
    return sorted([*files, *COMMON, *(ROOT / "tools" / "web" / name for name in TOOLS)])


def print_of(app: str) -> str:
    digest = hashlib.sha256()
    for path in sources(app, "shared") + MODULES.get(app, []):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def run(*words: str | Path) -> None:
    if subprocess.run([sys.executable, ROOT / "tools" / "web" / "node.py", *words]).returncode != 0:
        sys.exit(f"build.py: {' '.join(str(word) for word in words)} failed: see above")


def build(app: str) -> None:
    stamp, wanted = DIST / f"{app}.print", print_of(app)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    if (ROOT / "web" / app / "lingui.config.ts").exists():
        run(ROOT / "tools/web/messages.mjs", "check", app)
    else:
        run(ROOT / "tools/web/types.mjs", app)
    made = DIST / f"{app}.new"
    shutil.rmtree(made, ignore_errors=True)
    run(ROOT / "tools/web/build.mjs", app, made)
    shutil.rmtree(DIST / app, ignore_errors=True)
    for module in MODULES.get(app, []):
        shutil.copy(module, made / module.name)
    made.rename(DIST / app)
    stamp.write_text(wanted)


def embed(folder: Path) -> None:
    """One file with all bytes, and a table of where each asset lies in it."""
    folder.mkdir(parents=True, exist_ok=True)
    blob, tables = bytearray(), []
    for app in APPS:
        rows = []
        for path in sorted(path for path in (DIST / app).rglob("*") if path.is_file() and path.suffix not in ENCODINGS):
            pieces = []
            for form in (path, *(path.with_name(path.name + ending) for ending in ENCODINGS)):
                body = form.read_bytes() if form.exists() else b""
                pieces.append(f"{{{len(blob)}, {len(body)}}}")
                blob += body
            tag = hashlib.sha256(path.read_bytes()).hexdigest()[:32]
            rows.append(f'    {{"/{path.relative_to(DIST / app)}", "{tag}", {", ".join(pieces)}}},')
        tables.append(f"constexpr Row {app}_rows[] = {{\n" + "\n".join(rows) + "\n};\n")
    (folder / "assets.bin").write_bytes(blob)
    (folder / "assets.cpp").write_text(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tools/web/build.py: the files of the web apps.
#include "server/web/internal/rows.hpp"

__asm__(
    ".pushsection .rodata\\n"
    ".global cardea_web_bytes\\n"
    "cardea_web_bytes: .incbin \\"{folder / 'assets.bin'}\\"\\n"
    ".popsection\\n");
extern "C" const char cardea_web_bytes[];

namespace cardea::server::web {{
namespace {{
{"".join(tables)}}}  // namespace

Assets console_assets() {{ return assets_of(cardea_web_bytes, console_rows); }}
Assets phone_assets() {{ return assets_of(cardea_web_bytes, phone_rows); }}

}}  // namespace cardea::server::web
""")


def main() -> None:
    if sys.argv[1:] == ["--list"]:
        print("\n".join(str(path) for path in sources(*APPS, "shared")))
        return
    node.install()
    DIST.mkdir(parents=True, exist_ok=True)
    with (DIST / "lock").open("w") as lock:  # presets are built side by side
        fcntl.flock(lock, fcntl.LOCK_EX)
        for app in sys.argv[1:] if sys.argv[1:] == ["playground"] else APPS:
            build(app)
        if sys.argv[1:2] == ["--embed"]:
            embed(Path(sys.argv[2]))


if __name__ == "__main__":
    main()
