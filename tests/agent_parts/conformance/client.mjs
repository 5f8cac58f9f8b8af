// The client that the conformance suite starts, with the address of its server as the last argument: signs in, then lists and calls the
// tools through the bridge. The server approves every authorization, so its link is followed like a browser's.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createInterface } from "node:readline";

const home = mkdtempSync(`${process.env.HOME}/client-`);
const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, NOTION_MCP_URL: process.argv.at(-1) };
const start = (...arguments_) => spawn(process.env.NOTION_AUTH, arguments_, { env, stdio: ["pipe", "pipe", "inherit"] });
const lines = (child) => createInterface({ input: child.stdout });

// Several scenarios run at once, each with a port of its own.
const port = 30000 + (process.pid % 2500);
const login = start("login", "--path", "mcp", "--store", "file", "--no-browser", "--json", "--port", String(port));
for await (const line of lines(login)) {
  console.error(line);
  const event = JSON.parse(line);
  if (event.event === "open") fetch(event.url).catch((error) => console.error(error));
}

const bridge = start("mcp");
const send = (message) => bridge.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const clientInfo = { name: "conformance", version: "1" };
send({ id: 0, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } });
let calls = 0;
for await (const line of lines(bridge)) {
  console.error(line);
  const answer = JSON.parse(line);
  if (answer.id === 0 && answer.result) {
    send({ method: "notifications/initialized" });
    send({ id: 1, method: "tools/list" });
    continue;
  }
  if (answer.id === 1) {
    calls = answer.result?.tools.length ?? 0;
    for (const [at, { name }] of (answer.result?.tools ?? []).entries()) {
      send({ id: 2 + at, method: "tools/call", params: { name, arguments: {} } });
    }
  } else if (answer.id > 1) {
    calls -= 1;
  }
  if (answer.error || (answer.id !== undefined && calls === 0)) bridge.stdin.end();
}
