// URLs as programs ask for them, each a little different, so that nothing is remembered.

export const ORIGINS = Array.from({ length: 1_000 }, (_, at) => `https://api-${at}.example.org`);

export function urlOf(at) {
  return `${ORIGINS[at % ORIGINS.length]}/v1/items/${at}?page=${at % 7}&sort=name`;
}
