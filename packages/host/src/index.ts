export { LogFile } from "./log-file.js";
export type { LogFileReceipt } from "./log-file.js";
export { nodeHost } from "./node-host.js";
export type { NodeHostOptions } from "./node-host.js";
export { packFolder } from "./pack-folder.js";
export type { PackFolder } from "./pack-folder.js";
export { ed25519Signer, ed25519Verifier, hmacSigner, hmacVerifier, sha256 } from "./signing.js";
export type { Verifier } from "./signing.js";
