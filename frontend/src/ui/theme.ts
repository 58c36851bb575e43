import {
  Code,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  Notification,
} from "@mantine/core";

// Surfaces are pure greys: a tinted surround would change how people see the colours of a photo.
const dark: MantineColorsTuple = [
  "#ececec",
  "#c9c9c9",
  "#a3a3a3",
  "#7d7d7d",
  "#404040",
  "#2f2f2f",
  "#242424",
  "#191919",
  "#121212",
  "#0b0b0b",
];

const teal: MantineColorsTuple = [
  "#e3fbf5",
  "#c6f4e8",
  "#95e8d3",
  "#5fdabd",
  "#37c9a8",
  "#1fb292",
  "#0f8f75",
  "#0b7561",
  "#095f50",
  "#064a3e",
];

export const theme = createTheme({
  colors: { dark, teal },
  primaryColor: "teal",
  // Light: white text on shade 7 has 5.6:1. Dark: dark text on shade 4 has 9:1.
  primaryShade: { light: 7, dark: 4 },
  // Mantine picks a filled button's text colour for the light scheme only; this variable knows both.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const isPrimary = !input.color || input.color === input.theme.primaryColor;
    return input.variant === "filled" && isPrimary
      ? { ...colors, color: "var(--mantine-primary-color-contrast)" }
      : colors;
  },
  autoContrast: true,
  luminanceThreshold: 0.35,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    // Its own greys have less than 4.5:1 on white.
    Notification: Notification.extend({ styles: { description: { color: "var(--text-quiet)" } } }),
    Code: Code.extend({ styles: { root: { background: "var(--surface-sunken)" } } }),
  },
});
