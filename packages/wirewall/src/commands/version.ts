declare const WIREWALL_VERSION: string | undefined;

/** The package's version, put in by the build; sources that run unbuilt say so. */
export const version: string =
  typeof WIREWALL_VERSION === "undefined" ? "0.0.0-source" : WIREWALL_VERSION;
