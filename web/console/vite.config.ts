// SPDX-License-Identifier: Apache-2.0
import { app } from "../shared/build/app.ts";

export default app({ folder: import.meta.dirname, jsx: "react", port: 8491 });
