// A bare await of an async function.

const work = async () => 1;

export function create() {
  return {
    async batch(count) {
      let sum = 0;
      for (let n = 0; n < count; n++) sum += await work();
      return sum;
    },
  };
}
