import {
  Code,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  Notification,
} from "@mantine/core";

// Surfaces are pure greys: a tinted surround would change how people see the colours of a photo.
export const dark: MantineColorsTuple = [
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

export const teal: MantineColorsTuple = [
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

/** The colours of the page by what they are for; stylesheets know no others. theme.test.ts has their contrasts. */
export const tokens = {
  light: {
    surface: "#ffffff",
    "surface-sunken": "#f3f3f3",
    line: "#dcdcdc",
    text: "#000000",
    "text-quiet": "#5c5c5c",
    placeholder: "#6b6b6b",
    accent: teal[7],
    "on-accent": "#ffffff",
    ok: "#0b7561",
    busy: "#8a5a00",
    bad: "#b3261e",
    "state-done": "#0b7561",
    "state-in-review": "#0072b2",
    "state-submitted": "#2a9d84",
    "state-in-work": "#b97a00",
    "state-flagged": "#b5478c",
    "state-later": "#7466b8",
    "state-ready": "#8a8a8a",
    "source-clicked": "#0e6b59",
    "source-clicked-painted": "#3f93d0",
    "source-painted": "#3450c0",
    "source-corrected": "#561f78",
    "source-detected": "#b07400",
    "source-automatic": "#7c2d00",
    "source-imported": "#939393",
  },
  dark: {
    surface: dark[6],
    "surface-sunken": dark[8],
    line: dark[5],
    text: dark[0],
    "text-quiet": dark[2],
    placeholder: "#969696",
    accent: teal[4],
    "on-accent": "#000000",
    ok: "#5fdabd",
    busy: "#f0b954",
    bad: "#ff8a80",
    "state-done": "#5fdabd",
    "state-in-review": "#56b4e9",
    "state-submitted": "#1f9c83",
    "state-in-work": "#f0b954",
    "state-flagged": "#e58ac0",
    "state-later": "#a79be0",
    "state-ready": "#858585",
    "source-clicked": "#2fbf9c",
    "source-clicked-painted": "#6fd0ff",
    "source-painted": "#3b7cf0",
    "source-corrected": "#8d6d9f",
    "source-detected": "#fbc811",
    "source-automatic": "#cf6210",
    "source-imported": "#ececec",
  },
  /** Around and over pictures, which are the same in both schemes. */
  picture: {
    stage: "#1c1c1c",
    veil: "rgb(0 0 0 / 78%)",
    "on-veil": "#ececec",
    "busy-on-veil": "#f0b954",
  },
} as const;

/** The tokens as CSS variables, also in place of those of Mantine's own that have too little contrast. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: named(tokens.picture),
  light: schemeVariables(tokens.light),
  dark: schemeVariables(tokens.dark),
});

function schemeVariables(scheme: (typeof tokens)["light" | "dark"]): Record<string, string> {
  return {
    ...named(scheme),
    "--mantine-color-text": scheme.text,
    "--mantine-color-dimmed": scheme["text-quiet"],
    "--mantine-color-placeholder": scheme.placeholder,
    "--mantine-color-error": scheme.bad,
    "--mantine-primary-color-contrast": scheme["on-accent"],
  };
}

function named(colours: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(colours).map(([name, colour]) => [`--${name}`, colour]));
}

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
