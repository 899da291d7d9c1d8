// The blocks of the go-hpack stories.

import { storiesOf } from "./stories.mjs";

export const chunks = () => storiesOf("go-hpack");
