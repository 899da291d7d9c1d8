// The tests that need what npm does not bring: other runtimes, a browser, other servers.

import { mergeConfig } from "vitest/config";
import base from "../../vitest.config.js";

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  {
    test: {
      include: ["packages/*/test/**/*.interop.test.ts", "tools/*/test/**/*.interop.test.ts"],
      exclude: ["**/node_modules/**"],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      fileParallelism: false,
    },
  },
);
