# SPDX-License-Identifier: Apache-2.0
"""The house rules find what they are for, and leave alone what only looks like it."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "check"))
sys.dont_write_bytecode = True

import calls
import layers
import rules
import shape
import web
from repo import Repo, blank_comments_and_literals

LICENSE = "// SPDX-License-Identifier: Apache-2.0\n"


def findings(check, files: dict[str, str], executable=()) -> list[str]:
    repo = Repo({path: text.encode() for path, text in files.items()}, set(executable))
    return [str(finding) for finding in check(repo)]


class Layers(unittest.TestCase):
    def refuses(self, path: str, line: str, *others: str):
        found = findings(layers.check, {path: LICENSE + line + "\n", **dict.fromkeys(others, LICENSE)})
        self.assertEqual(len(found), 1, f"{path}: {line}: {found}")
        self.assertTrue(found[0].startswith(f"{path}:2: "), found)

    def accepts(self, path: str, line: str, *others: str):
        self.assertEqual(findings(layers.check, {path: LICENSE + line + "\n", **dict.fromkeys(others, LICENSE)}), [])

    def test_refuses_an_include_against_the_direction(self):
        self.refuses("core/a.cpp", '#include "lock/b.hpp"', "lock/b.hpp")
        self.refuses("core/a.cpp", '#include "drivers/b.hpp"', "drivers/b.hpp")
        self.refuses("server/a.cpp", '#include "lock/b.hpp"', "lock/b.hpp")
        self.refuses("lock/a.cpp", '#include "server/b.hpp"', "server/b.hpp")
        self.refuses("lock/a.cpp", '#include "drivers/b.hpp"', "drivers/b.hpp")
        self.refuses("server/a_test.cpp", '#include "lock/b.hpp"', "lock/b.hpp")

    def test_refuses_a_heap_or_an_operating_system_in_device_code(self):
        for header in ("string", "vector", "memory", "functional", "unistd.h", "openssl/evp.h", "stdlib.h"):
            self.refuses("core/a.hpp", f"#include <{header}>")
            self.refuses("lock/journal/a.cpp", f"#include <{header}>")

    def test_refuses_beast_outside_of_server_http(self):
        self.refuses("server/api/a.cpp", "#include <boost/beast/core.hpp>")
        self.refuses("tests/a.cpp", "#include <boost/beast/core.hpp>")

    def test_refuses_what_is_for_tests_in_shipped_code(self):
        self.refuses("lock/a.cpp", '#include "lock/testing/flash.hpp"', "lock/testing/flash.hpp")
        self.refuses("apps/cardea-lock/main.cpp", '#include "tests/attacks/weak.hpp"', "tests/attacks/weak.hpp")
        self.refuses("core/a.cpp", '#include "tools/bench/report.hpp"', "tools/bench/report.hpp")

    def test_refuses_a_path_that_does_not_start_at_the_root(self):
        self.refuses("core/a.cpp", '#include "b.hpp"', "core/b.hpp")

    def test_refuses_links_against_the_direction(self):
        found = findings(layers.check, {
            "apps/cardea-lock/CMakeLists.txt": "cardea_app(cardea-lock\n  SOURCES main.cpp\n  DEPS lock/component\n    lock/testing)\n",
            "core/x/CMakeLists.txt": "cardea_module(core/x SOURCES x.cpp DEPS drivers/crypto/openssl)\n"})
        self.assertEqual([line.split(" ")[0] for line in found], ["apps/cardea-lock/CMakeLists.txt:4:", "core/x/CMakeLists.txt:1:"])

    def test_accepts_the_right_direction(self):
        self.accepts("lock/a.cpp", '#include "core/b.hpp"', "core/b.hpp")
        self.accepts("server/http/a.cpp", "#include <boost/beast/core.hpp>")
        self.accepts("core/a_test.cpp", '#include "drivers/b.hpp"', "drivers/b.hpp")
        self.accepts("lock/journal/a_test.cpp", '#include "lock/testing/flash.hpp"', "lock/testing/flash.hpp")
        self.accepts("lock/port/host/a.cpp", "#include <unistd.h>")
        self.accepts("core/a.cpp", "// #include <string>")
        self.assertEqual(findings(layers.check, {"core/x/CMakeLists.txt": "cardea_module(core/x SOURCES x.cpp TEST_DEPS lock/testing)\n"}),
                         [])


class Calls(unittest.TestCase):
    def refuses(self, path: str, code: str):
        self.assertEqual(len(findings(calls.check, {path: code + "\n"})), 1, code)

    def accepts(self, path: str, code: str):
        self.assertEqual(findings(calls.check, {path: code + "\n"}), [], code)

    def test_refuses_heap_exceptions_and_memcmp_in_device_code(self):
        for code in ("auto* p = new int;", "delete p;", "void* p = malloc(3);", "throw 1;", "std::string s;", "std::vector<int> v;",
                     "std::function<void()> f;", "auto& t = typeid(x);", "return memcmp(a, b, 4) == 0;"):
            self.refuses("core/a.cpp", code)
            self.refuses("lock/journal/a.hpp", code)

    def test_refuses_a_sleep_in_a_test(self):
        self.refuses("core/a_test.cpp", "std::this_thread::sleep_for(1s);")
        self.refuses("tests/end_to_end.py", "time." + "sleep(1)")
        self.refuses("tests/tour.sh", "sle" + "ep 1")

    def test_refuses_a_secret_in_a_log_line(self):
        self.refuses("server/a.cpp", 'spdlog::info("key {}",\n hex(lock_key.bytes()));')

    def test_accepts_what_only_looks_like_it(self):
        for code in ("Lock(const Lock&) = delete;", "// a new idea, never delete it", "std::string_view s;", "const int newest = 1;",
                     'say("throw it away");', "auto c = '\"'; // std::string"):
            self.accepts("core/a.cpp", code)
        self.accepts("server/a.cpp", "auto p = std::string();")
        self.accepts("lock/port/host/a.cpp", "std::vector<int> v;")
        self.accepts("server/a.cpp", 'spdlog::info("lock {}", lock_id);')

    def test_a_literal_hides_no_code_after_it(self):
        self.refuses("core/a.cpp", "const auto n = 1'000'000; throw 1;")
        self.refuses("core/a.cpp", 'const char* a = "//"; throw 1;')
        self.assertEqual(blank_comments_and_literals('a = "b\\"c"; /* d\n e */ f'), "a =       ;     \n      f")


class Shape(unittest.TestCase):
    def refuses(self, path: str, text: str, executable=()):
        self.assertEqual(len(findings(shape.check, {path: text}, executable)), 1, text)

    def test_refuses_a_source_without_its_license_line(self):
        self.refuses("core/a.cpp", "int a;\n")
        self.refuses("tools/a", "#!/bin/sh\necho\n", ["tools/a"])

    def test_refuses_a_wrong_executable_bit(self):
        self.refuses("core/a.cpp", LICENSE, ["core/a.cpp"])
        self.refuses("tools/a", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n")

    def test_refuses_leftovers_machine_paths_and_registries(self):
        self.refuses("docs/a.md", "TO" + "DO: write\n")
        self.refuses("docs/a.md", "see /ho" + "me/me/notes\n")
        self.refuses("docs/a.md", "from https" + "://deb.debian.org/debian\n")

    def test_refuses_a_large_file(self):
        self.refuses("docs/a.txt", "x" * 500_000 + "\n")

    def test_accepts_a_proper_file(self):
        self.assertEqual(findings(shape.check, {"core/a.cpp": LICENSE, "docs/a.md": "GET /v1/work/x, ~/work/y, build/work/z\n"}), [])
        self.assertEqual(findings(shape.check, {"dev": "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n"}, ["dev"]), [])


class Web(unittest.TestCase):
    PINS = {"web/package.json": '{"devDependencies": {"preact": "1", "react": "1", "@mantine/core": "1"}}'}

    def complaints(self, path: str, line: str) -> list[str]:
        found = findings(web.check, {**self.PINS, path: LICENSE + line + "\n"})
        self.assertTrue(all(one.startswith(f"{path}:2: ") for one in found), found)
        return found

    def test_refuses_an_import_against_the_direction(self):
        for path, line in (("web/phone/src/a.ts", 'import { b } from "../../console/src/b.ts";'),
                           ("web/console/src/a.ts", 'const b = await import("../../phone/src/b.ts");'),
                           ("web/shared/a.ts", 'export { b } from "../console/src/b.ts";'),
                           ("web/console/src/a.ts", 'import b from "../../../spec/vectors/b.json";'),
                           ("web/console/src/a.ts", 'import { b } from "unheard-of/b";'),
                           ("web/console/src/a.ts", 'import { readFileSync } from "node:fs";'),
                           ("web/phone/src/a.tsx", 'import { Button } from "@mantine/core";'),
                           ("web/phone/src/a.tsx", 'import "react";')):
            self.assertEqual(len(self.complaints(path, line)), 1, line)

    def test_refuses_holes_in_types_and_texts_that_become_pages(self):
        for line in ("let a: any;", "f(a as any);", "const m = new Map<string, any>();", "// @ts-ignore", "node.innerHTML = a;", "eval(a);",
                     "<p dangerouslySetInnerHTML={a} />;", "console.debug(a);"):
            self.assertEqual(len(self.complaints("web/console/src/a.tsx", line)), 1, line)

    def test_accepts_what_only_looks_like_it(self):
        for line in ('import { h } from "preact/hooks";', 'import { cardea } from "../../shared/api/client.ts";', "// as any fool knows: any",
                     'const a = "as good as any";', 'console.error(a);', 'import "./style.css";', 'const url = "https://a/b"; let c: unknown;'):
            self.assertEqual(self.complaints("web/phone/src/a.tsx", line), [], line)
        self.assertEqual(self.complaints("web/phone/vite.config.ts", 'import { join } from "node:path";'), [])


class Rules(unittest.TestCase):
    SPEC = {"spec/codes.md": "# Codes\n\n- R1. A lock refuses\n  a thing.\n- R2. Another.\n"}
    TESTED = '// [rule: R1] [rule: R2]\n// why\nTEST(Otp, RefusesAThing) {}\n'

    def test_finds_a_rule_without_a_test(self):
        found = findings(rules.check, {**self.SPEC, "core/a_test.cpp": "// [rule: R1]\nTEST(Otp, RefusesAThing) {}\n"})
        self.assertEqual(len(found), 1)
        self.assertTrue(found[0].startswith("spec/codes.md:5: rule R2 has no test"), found)

    def test_finds_a_tag_without_a_rule(self):
        found = findings(rules.check, {**self.SPEC, "core/a_test.cpp": self.TESTED + "// [rule: R9]\nTEST(A, B) {}\n"})
        self.assertEqual(found, ["core/a_test.cpp:4: there is no rule 'R9' in spec/"])

    def test_finds_a_tag_above_no_test(self):
        found = findings(rules.check, {**self.SPEC, "core/a_test.cpp": self.TESTED + "// [rule: R1]\nint a = 1;\nTEST(A, B) {}\n"})
        self.assertEqual(found, ["core/a_test.cpp:4: [rule: R1] stands above no test"])

    def test_finds_a_rule_that_exists_twice(self):
        found = findings(rules.check, {**self.SPEC, "spec/link.md": "- R2. Again.\n", "core/a_test.cpp": self.TESTED})
        self.assertEqual(found, ["spec/link.md:1: rule R2 exists already: spec/codes.md:5"])

    def test_counts_no_tag_in_shipped_code(self):
        self.assertEqual(len(findings(rules.check, {**self.SPEC, "core/a.cpp": self.TESTED})), 2)

    def test_ties_rules_to_tests_of_every_kind(self):
        files = {**self.SPEC, "core/a_test.cpp": "// [rule: R1]\nTEST(Otp, RefusesAThing) {}\n",
                 "tests/b.py": "    # [rule: R2]\n    def test_another(self):\n"}
        self.assertEqual(findings(rules.check, files), [])
        table = rules.table(Repo({path: text.encode() for path, text in files.items()}))
        self.assertIn("| R1 (spec/codes.md:3) | A lock refuses a thing. | Otp.RefusesAThing (core/a_test.cpp) |", table)
        self.assertIn("test_another (tests/b.py)", table)
        self.assertIn("2 of 2 rules have a test.", table)


if __name__ == "__main__":
    unittest.main()
