// llhttp as WebAssembly: the SIMD build that undici carries, which is kept up to date (the package
// llhttp-wasm holds an older one and asks for TypeScript 5). Its exports are called directly; one
// view of its memory and one buffer in it serve all chunks. Names stay as they were sent.

import { createRequire } from "node:module";
import { METHODS } from "node:http";
import { pairs, text } from "./flat-headers.mjs";

const REQUEST = 1;

const require = createRequire(import.meta.url);
const constants = require("undici/lib/llhttp/constants.js");
const module = new WebAssembly.Module(require("undici/lib/llhttp/llhttp_simd-wasm.js"));

export function create() {
  const names = methodNames();
  let message;
  let sum = 0;
  let url = "";
  let headers = [];
  let inValue = true;
  const variant = {
    count: 0,
    feed(chunk) {
      if (chunk.length > size) reserve(chunk.length);
      memory.set(chunk, place);
      const result = llhttp_execute(parser, place, chunk.length);
      if (result !== 0) throw new Error(`llhttp-wasm: error ${result}`);
      return sum;
    },
    read() {
      const { content = [] } = message;
      return [message.method, message.url, pairs(message.headers), text(content)];
    },
  };
  const { exports } = new WebAssembly.Instance(module, {
    env: {
      wasm_on_message_begin: () => {
        url = "";
        headers = [];
        inValue = true;
        return 0;
      },
      wasm_on_url: (_parser, at, length) => {
        url += memory.latin1Slice(at, at + length);
        return 0;
      },
      wasm_on_status: () => 0,
      wasm_on_header_field: (_parser, at, length) => {
        const part = memory.latin1Slice(at, at + length);
        if (inValue) headers.push(part);
        else headers[headers.length - 1] += part;
        inValue = false;
        return 0;
      },
      wasm_on_header_value: (_parser, at, length) => {
        const part = memory.latin1Slice(at, at + length);
        if (inValue) headers[headers.length - 1] += part;
        else headers.push(part);
        inValue = true;
        return 0;
      },
      wasm_on_headers_complete: (pointer, _status, _upgrade, keepAlive) => {
        message = {
          method: names[llhttp_get_method(pointer)],
          url,
          headers,
          keepAlive: keepAlive === 1,
          content: undefined,
        };
        return 0;
      },
      wasm_on_body: (_parser, at, length) => {
        const bytes = Buffer.from(memory.subarray(at, at + length));
        if (message.content === undefined) message.content = [bytes];
        else message.content.push(bytes);
        return 0;
      },
      wasm_on_message_complete: () => {
        const { method, url: target, headers: list } = message;
        variant.count++;
        sum = method.length + target.length + list.length + (list.at(-1)?.length ?? 0);
        return 0;
      },
    },
  });
  const { llhttp_execute, llhttp_get_method, llhttp_alloc, malloc, free } = exports;
  exports._initialize();
  const parser = llhttp_alloc(REQUEST);
  let size = 0;
  let place = 0;
  let memory = Buffer.alloc(0);
  const reserve = (bytes) => {
    if (size > 0) free(place);
    size = Math.ceil(bytes / 4_096) * 4_096;
    place = malloc(size);
    memory = Buffer.from(exports.memory.buffer);
  };
  return variant;
}

/** The names of methods by llhttp's numbers. */
function methodNames() {
  const names = [];
  for (const name of METHODS) {
    const number = constants.METHODS[name];
    if (number !== undefined) names[number] = name;
  }
  return names;
}
