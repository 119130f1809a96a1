import "@fontsource-variable/geist-mono";
import "@mantine/core/styles.css";
import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "@/theme/tokens.css";
import "@/theme/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "@/api/query-client";
import { startI18n } from "@/i18n/setup";
import { cssVariables, theme } from "@/theme/theme";

/** Mount one of the two applications on the page. */
export async function startApplication(application: ReactNode): Promise<void> {
  await startI18n();
  const root = document.getElementById("root");
  if (!root) throw new Error("the page has no root element");
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
        <QueryClientProvider client={createQueryClient()}>{application}</QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
