// undici's own fetch.

import { fetch } from "undici";
import { fetching } from "../load/fetching.mjs";

export function create() {
  return fetching(() => fetch);
}
