// Reads at a pace: what comes faster stays in the socket, so that the sender has to wait.

/**
 * @param {AsyncIterator<Buffer>} reader of a socket
 * @param {number} count bytes to read
 * @param {number} bytesPerSecond 0 for as fast as they come
 * @param {(count: number) => void} note
 */
export async function readPaced(reader, count, bytesPerSecond, note) {
  const began = performance.now();
  for (let done = 0; done < count;) {
    const { value, done: ended } = await reader.next();
    if (ended) throw new Error(`the content ended after ${done} of ${count} bytes`);
    done += value.length;
    note(value.length);
    if (bytesPerSecond === 0) continue;
    const early = (done / bytesPerSecond) * 1_000 - (performance.now() - began);
    if (early > 5) await new Promise((resolve) => setTimeout(resolve, early));
  }
}
