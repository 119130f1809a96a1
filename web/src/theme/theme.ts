import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e7f5f3", "#cdeae6", "#9dd5cd", "#6bbfb4", "#3fb3a9",
  "#1b958b", "#0f867c", "#007b74", "#00655f", "#004f4a",
];

/** Mantine's neutral greys of the dark theme, moved to the hue of the project's dark surfaces. */
const dark: MantineColorsTuple = [
  "#e4ecea", "#c2cfcd", "#93a3a3", "#7b8a8a", "#344041",
  "#2b3637", "#1b2324", "#151b1c", "#111718", "#0e1314",
];

export const theme = createTheme({
  colors: { teal, dark },
  primaryColor: "teal",
  // White text on this shade is readable (5.2:1) in both themes; Mantine would darken only one.
  primaryShade: 7,
  fontFamily: "'Pretendard Variable', system-ui, 'Apple SD Gothic Neo', 'Noto Sans KR', sans-serif",
  fontFamilyMonospace: "'Geist Mono Variable', ui-monospace, 'SF Mono', Menlo, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.4" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  headings: { fontWeight: "600" },
  components: {
    Tooltip: { defaultProps: { openDelay: 250, withArrow: false } },
    Button: { defaultProps: { size: "xs" } },
    Modal: { styles: { title: { fontWeight: 600 } } },
    Drawer: { styles: { title: { fontWeight: 600 } } },
  },
});

/** Mantine's own variables point at the project's tokens, so that no component brings its greys. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--fdd-surface)",
    "--mantine-color-text": "var(--fdd-ink)",
    "--mantine-color-dimmed": "var(--fdd-muted)",
    "--mantine-color-placeholder": "var(--fdd-muted)",
    "--mantine-color-default": "var(--fdd-surface)",
    "--mantine-color-default-hover": "var(--fdd-raised)",
    "--mantine-color-default-color": "var(--fdd-ink)",
    "--mantine-color-default-border": "var(--fdd-line-strong)",
    "--mantine-color-error": "var(--fdd-bad)",
    "--mantine-color-anchor": "var(--fdd-accent)",
  };
  return { variables: {}, light: shared, dark: shared };
};
