// What one source file imports and which free names it uses. The whole tree is walked, because a
// parser's list of imports leaves out `import("x").Type`, `import x = require("x")` and `require`.

import { parseSync } from "oxc-parser";

/**
 * The imports, free names, `export *` lines and lines that compare tags of a source. The `kind` of an import is "static",
 * "dynamic" or "require"; its `from` is undefined where it is computed.
 */
export function readSource(path, text) {
  const { program, errors } = parseSync(path, text);
  const lineOf = lineFinder(text);
  const imports = [];
  const names = [];
  const stars = [];
  const tags = [];
  visit(program, undefined, "", (node, parent, key) => {
    const line = lineOf(node.start);
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportNamedDeclaration":
      case "TSImportType": {
        const from = literal(node.source);
        if (from !== undefined) imports.push({ kind: "static", from, line });
        return;
      }
      case "ExportAllDeclaration":
        imports.push({ kind: "static", from: literal(node.source), line });
        stars.push(line);
        return;
      case "ImportExpression":
        imports.push({ kind: "dynamic", from: literal(node.source), line });
        return;
      case "TSExternalModuleReference":
        imports.push({ kind: "require", from: literal(node.expression), line });
        return;
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "require")
          imports.push({ kind: "require", from: literal(node.arguments[0]), line });
        return;
      case "BinaryExpression":
        if (/^[=!]==?$/.test(node.operator) && [node.left, node.right].every(isTag))
          tags.push(line);
        return;
      case "MemberExpression":
        if (isRandom(node)) names.push({ name: "Math.random", line });
        return;
      case "Identifier":
        if (isName(parent, key)) names.push({ name: node.name, line });
        if (node.name === "Math" && isName(parent, key) && !isRead(parent, key))
          names.push({ name: "Math as a value", line });
        return;
      default:
        return;
    }
  });
  return { imports, names, stars, tags, errors: errors.map((error) => error.message) };
}

function visit(node, parent, key, see) {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, parent, key, see);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  if (typeof node.type === "string") {
    see(node, parent, key);
    parent = node;
  }
  for (const [child, value] of Object.entries(node))
    if (typeof value === "object" && value !== null) visit(value, parent, child, see);
}

/** Whether an identifier there stands for a variable or a type, and is not the name of a member. */
function isName(parent, key) {
  if (parent === undefined) return true;
  if (key === "label") return false;
  if (key === "key") return parent.computed === true;
  switch (parent.type) {
    case "MemberExpression":
      return key !== "property" || parent.computed === true;
    case "MetaProperty":
    case "TSEnumMember":
    case "TSImportType":
      return false;
    case "TSQualifiedName":
      return key === "left";
    case "ImportSpecifier":
      return key === "local";
    case "ExportSpecifier":
      return key === "local";
    default:
      return true;
  }
}

/** `Math.x`, as opposed to `const { x } = Math`, through which random can be reached unseen. */
function isRead(parent, key) {
  return (
    parent?.type === "MemberExpression" && key === "object" && memberName(parent) !== undefined
  );
}

function isRandom(node) {
  return (
    node.object.type === "Identifier" &&
    node.object.name === "Math" &&
    memberName(node) === "random"
  );
}

/** Something that is called a tag, a MAC or a digest, and no part of one. */
function isTag(node) {
  const name = node.type === "MemberExpression" ? memberName(node) : node.name;
  return typeof name === "string" && /(?:^|[a-z])(?:tag|mac|digest|signature)$/i.test(name);
}

function memberName(node) {
  if (!node.computed) return node.property.name;
  return literal(node.property);
}

function literal(node) {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked;
  return undefined;
}

function lineFinder(text) {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
