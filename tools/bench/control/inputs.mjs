// Requests for the controls.

export function chunks() {
  return Array.from({ length: 64 }, (_, number) =>
    Buffer.from(
      `GET /items/${1_000 + number} HTTP/1.1\r\nHost: a.example\r\nX-Number: ${number}\r\n\r\n`,
    ),
  );
}
