import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Tests run against the sources; TEST_TARGET=dist runs the same files against the built packages. */
const sources = {
  find: /^@wirewall\/([a-z0-9-]+)$/,
  replacement: `${root}packages/$1/src/index.ts`,
};
const platform = {
  find: /^@wirewall\/([a-z0-9-]+)\/(node|browser)$/,
  replacement: `${root}packages/$1/src/$2.ts`,
};
const laws = { find: /^#laws$/, replacement: `${root}tools/laws/src/index.ts` };

export default defineConfig({
  resolve: { alias: process.env["TEST_TARGET"] === "dist" ? [laws] : [laws, platform, sources] },
  test: {
    include: ["packages/*/test/**/*.test.ts", "tools/*/test/**/*.test.ts"],
    exclude: ["**/*.interop.test.ts", "**/node_modules/**"],
    // One file per core at a time; the default leaves one of two cores idle.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"] },
  },
});
