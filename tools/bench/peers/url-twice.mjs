// The platform's parser, twice, and what it says of the host.

import { urlOf } from "../../../packages/authority/bench/urls.mjs";

export function create() {
  let at = 0;
  return {
    async batch(count) {
      let read = 0;
      for (let n = 0; n < count; n++) {
        const url = urlOf(at++);
        if (new URL(url).hostname.length + new URL(url).hostname.length > 0) read++;
      }
      return read;
    },
  };
}
