// One build for every package: ESM, CJS and declarations, no platform assumed.

import { defineConfig, type Options } from "tsup";

type Config = ReturnType<typeof defineConfig>;

export const base = (
  entry: NonNullable<Options["entry"]> = ["src/index.ts"],
  platform: NonNullable<Options["platform"]> = "neutral",
): Config =>
  defineConfig({
    entry,
    format: ["esm", "cjs"],
    clean: true,
    sourcemap: true,
    target: "es2022",
    platform,
    splitting: false,
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  });
