// What Node's parsers hand out, as the reading by which all sides are compared.

/** Pairs with names in lower case. */
export function pairs(flat) {
  const list = [];
  for (let at = 0; at < flat.length; at += 2) list.push([flat[at].toLowerCase(), flat[at + 1]]);
  return list;
}

export function text(content) {
  return Buffer.concat(content).toString("latin1");
}
