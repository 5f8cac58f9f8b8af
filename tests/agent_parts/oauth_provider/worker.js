// An MCP server behind the library that Notion names for its own: whoever asks is approved, and a token lives as short as the library allows.
import { OAuthProvider } from "@cloudflare/workers-oauth-provider";

let refreshes = 0;

const result = async (message) => {
  switch (message.method) {
    case "initialize":
      return { protocolVersion: message.params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "test", version: "1" } };
    case "tools/list":
      return { tools: [{ name: "notion-fetch", inputSchema: { type: "object" } }] };
    case "tools/call": {
      if (message.params.arguments.id === "slow") await new Promise((done) => setTimeout(done, 1000));
      const self = { workspace: { id: "workspace-provider", name: "Provider Works" }, user: { id: "user-provider", name: "Ada Fake" } };
      return { content: [{ type: "text", text: JSON.stringify({ self, refreshes }) }] };
    }
  }
};

const apiHandler = {
  async fetch(request) {
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const message = await request.json();
    if (message.id === undefined) return new Response(null, { status: 202 });
    return Response.json({ jsonrpc: "2.0", id: message.id, result: await result(message) });
  },
};

const defaultHandler = {
  async fetch(request, env) {
    const asked = await env.OAUTH_PROVIDER.parseAuthRequest(request);
    const approval = { request: asked, userId: "user-provider", metadata: {}, scope: asked.scope, props: {} };
    const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization(approval);
    return Response.redirect(redirectTo, 302);
  },
};

export default new OAuthProvider({
  apiRoute: "/mcp",
  apiHandler,
  defaultHandler,
  authorizeEndpoint: "/authorize",
  tokenEndpoint: "/token",
  clientRegistrationEndpoint: "/register",
  accessTokenTTL: 60,
  tokenExchangeCallback: ({ grantType }) => {
    refreshes += grantType === "refresh_token" ? 1 : 0;
  },
  scopesSupported: ["default"],
  resourceMetadata: { resource: `${ORIGIN}/mcp`, authorization_servers: [ORIGIN] },
});
