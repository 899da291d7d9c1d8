const fields = require("@wirewall/fields");
const http1 = require("@wirewall/http1");

import("./steps.mjs").then(({ runSteps }) => console.log(`cjs: ${runSteps({ http1, fields })}`));
