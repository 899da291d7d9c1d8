export { Input } from "./input.js";
export { Output } from "./output.js";
export { bytesOf, digitsOf, putBlock, putBytes, putCrlf, putNumber, putText } from "./put.js";
export { byteString, decodeAscii, isShortAscii, skipPlain } from "./text.js";
