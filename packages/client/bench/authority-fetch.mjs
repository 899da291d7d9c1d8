// authorityFetch with all its limits.

import { FetchGrant } from "@wirewall/authority";
import { authorityFetch } from "@wirewall/client";
import { fetching } from "../../../tools/bench/load/fetching.mjs";

export function create() {
  return fetching((origin) => {
    const origins = [{ origin, privateAddress: true }];
    return authorityFetch(new FetchGrant({ origins, methods: ["GET"] })).fetch;
  });
}
