// A log object of 1 MB: 1,800 records as services write them, with secrets at fixed places and within text.

export const RECORDS = 1_800;

export const PATHS = [
  "records[*].req.headers.authorization",
  "records[*].req.headers.cookie",
  "records[*].user.password",
];

export const LOG = {
  records: Array.from({ length: RECORDS }, (_, at) => ({
    level: 30,
    time: 1_795_000_000_000 + at,
    msg: `request ${at} completed in ${at % 97} ms for /v1/items/${at}, upstream answered 200 after ${at % 13} tries`,
    req: {
      method: "GET",
      url: `https://api.example.org/v1/items/${at}?page=${at % 7}&sort=name`,
      headers: {
        host: "api.example.org",
        authorization: `Bearer abcdefghijklmnop${at}`,
        cookie: `sid=${at}abcdef; theme=dark`,
        accept: "application/json",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
      },
    },
    res: { status: 200, bytes: at * 3, type: "application/json" },
    user: { id: at, name: `user-${at}`, password: `hunter${at}` },
    note:
      at % 10 === 0
        ? `contact jo${at}@mail.example, token=abc${at}def`
        : "nothing of note happened here today",
  })),
};

/** `once` redacts the whole object and gives its JSON; a piece of work is one record. */
export function redacting(once) {
  return {
    async batch(count) {
      let length = 0;
      for (let done = 0; done < count; done += RECORDS) length += once(LOG).length;
      if (length === 0) throw new Error("nothing came out");
      return count;
    },
  };
}
