// The application that both servers for fetch handlers run.

import { Hono } from "hono";

export const app = new Hono();
app.get("/", (context) => context.text("Hello, world!"));
