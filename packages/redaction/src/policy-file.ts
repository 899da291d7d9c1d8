// A redaction policy as a file: what is where, and what may be kept, so that whoever writes and whoever checks agree.

import type { DataClass, RedactionMode } from "./classes.js";
import { redactor, type RedactorOptions } from "./redactor.js";

export const policySchema = "wirewall-redaction-policy-v1";

const KNOWN = ["schemaVersion", "mode", "environment", "classes", "metadata", "limits"];

/**
 * The options that a policy file stands for.
 *
 * @throws TypeError or RangeError that names what is wrong.
 */
export function readRedactionPolicy(value: unknown): RedactorOptions {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError("policy: expected an object");
  const policy = value as Record<string, unknown>;
  for (const name of Object.keys(policy))
    if (!KNOWN.includes(name))
      throw new TypeError(`policy: no field of the name ${JSON.stringify(name)}`);
  if (policy["schemaVersion"] !== policySchema)
    throw new TypeError(`policy: schemaVersion: expected "${policySchema}"`);
  const { mode, environment, classes, metadata, limits } = policy;
  if (classes !== undefined && !isTextByName(classes))
    throw new TypeError("policy: classes: expected classes by path");
  if (
    metadata !== undefined &&
    !(Array.isArray(metadata) && metadata.every((name) => typeof name === "string"))
  )
    throw new TypeError("policy: metadata: expected a list of names");
  const options: RedactorOptions = {
    ...(mode === undefined ? undefined : { mode: mode as RedactionMode }),
    ...(environment === undefined ? undefined : { environment: environment as "local" | "ci" }),
    ...(classes === undefined ? undefined : { classes: classes as Record<string, DataClass> }),
    ...(metadata === undefined ? undefined : { metadata: metadata as readonly string[] }),
    ...(limits === undefined
      ? undefined
      : { limits: limits as NonNullable<RedactorOptions["limits"]> }),
  };
  redactor(options);
  return options;
}

function isTextByName(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((item) => typeof item === "string")
  );
}
