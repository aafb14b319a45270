// SPDX-License-Identifier: Apache-2.0
import { app } from "../shared/build/app.ts";

// Whatever it is put under, it finds what lies beside it: lock.wasm and platform.wasm, which tools/web/build.py adds.
export default { ...app({ folder: import.meta.dirname, jsx: "preact", port: 8493 }), base: "./" };
