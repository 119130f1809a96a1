import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Two single-page applications from one component library; `--mode` picks which one is built. */
const applications = {
  hub: { page: "index.html", output: "../packages/fdd-server/src/fdd_server/app/static" },
  site: { page: "site.html", output: "../packages/fdd-client/src/fdd_client/console/static" },
} as const;

/** Both servers answer every unknown path with `index.html`, whatever the page's source is called. */
function servedAsIndex(page: string): Plugin {
  return {
    name: "fdd-served-as-index",
    enforce: "post",
    generateBundle(_options, bundle) {
      const entry = bundle[page];
      if (entry && page !== "index.html") entry.fileName = "index.html";
    },
  };
}

export default defineConfig(({ mode }) => {
  const application = mode === "site" ? applications.site : applications.hub;
  return {
    plugins: [react(), servedAsIndex(application.page)],
    resolve: { alias: { "@": local("./src") } },
    server: { proxy: { "/api": "http://127.0.0.1:8787", "/console/v1": "http://127.0.0.1:8787" } },
    build: {
      outDir: local(application.output),
      emptyOutDir: true,
      target: "es2022",
      // The content security policy allows fonts and scripts from files only, never from data: URLs.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // React, router and component library, fetched once and cached: 211 kB compressed. The
      // structure editor, 340 kB, is fetched by who opens it.
      chunkSizeWarningLimit: 1_200,
      // The licences of all that is bundled ask to be handed on with it.
      license: { fileName: "licenses.md" },
      rolldownOptions: { input: local(application.page) },
    },
    test: { environment: "node", include: ["src/**/*.test.ts"] },
  };
});
