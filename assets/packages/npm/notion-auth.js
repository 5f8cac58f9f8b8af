#!/usr/bin/env node
// Starts the program that npm has installed for this system as an optional dependency. Nothing is downloaded and nothing runs on install.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const platform = `${process.platform}-${process.arch}`;
const program = process.platform === "win32" ? "notion-auth.exe" : "notion-auth";
let path;
try {
  path = require.resolve(`notion-auth-${platform}/${program}`);
} catch {
  console.error(
    `notion-auth: the package notion-auth-${platform} isn't installed. Either there is none for this system, or npm was told to leave ` +
      "optional dependencies out; then install again without --omit=optional.",
  );
  process.exit(1);
}

const child = spawn(path, process.argv.slice(2), { stdio: "inherit" });
// The terminal sends its keys to the program too, which decides what they mean. Signals to us alone are passed on.
process.on("SIGINT", () => {});
process.on("SIGQUIT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`notion-auth: can't start ${path}: ${error.message}`);
  process.exit(126);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
