import { base } from "../../tools/tsup/base.js";

export default base(["src/index.ts"], "node");
