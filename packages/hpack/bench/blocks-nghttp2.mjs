// The blocks of the nghttp2 stories.

import { storiesOf } from "./stories.mjs";

export const chunks = () => storiesOf("nghttp2");
