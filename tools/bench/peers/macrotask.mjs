// A bare turn of the event loop.

export function create() {
  return {
    async batch(count) {
      let sum = 0;
      for (; sum < count; sum++) await new Promise((resolve) => setImmediate(resolve));
      return sum;
    },
  };
}
