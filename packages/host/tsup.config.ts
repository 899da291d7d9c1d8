import { base } from "../../tools/tsup/base.js";

export default base(["src/index.ts", "src/browser.ts"], "node");
