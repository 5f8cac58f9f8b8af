// Runs the worker beside this file in Cloudflare's runtime, on the port that is given, with the packages of the folder that is given.
import { createRequire } from "node:module";

const [packages, port] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const { build } = require("esbuild");
const { Miniflare } = require("miniflare");

const entry = new URL("worker.js", import.meta.url).pathname;
const define = { ORIGIN: JSON.stringify(`http://localhost:${port}`) };
const options = { define, bundle: true, format: "esm", write: false, external: ["cloudflare:workers"], nodePaths: [packages] };
const bundle = await build({ entryPoints: [entry], ...options });
const server = new Miniflare({
  modules: true,
  script: bundle.outputFiles[0].text,
  compatibilityDate: "2026-07-01",
  kvNamespaces: ["OAUTH_KV"],
  host: "127.0.0.1",
  port: Number(port),
});
await server.ready;
console.log("ready");
