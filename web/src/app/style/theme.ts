import { Button, createTheme, type MantineColorsTuple, type CSSVariablesResolver } from '@mantine/core';

/** The one accent: a quiet green-blue, dark enough for white text on it. */
const pine: MantineColorsTuple = [
  '#e9f6f4',
  '#d3ebe7',
  '#a5d6cf',
  '#73bfb5',
  '#4aa89d',
  '#2c9187',
  '#1b7a72',
  '#0f615c',
  '#0b4f4b',
  '#073c39',
];

/** What hurts or has failed; white text on it is readable in both themes. */
const brick: MantineColorsTuple = [
  '#fdf0ee',
  '#f9dbd7',
  '#f1b4ad',
  '#e88b81',
  '#dd6358',
  '#cf4237',
  '#bb2f26',
  '#a1231b',
  '#831b15',
  '#651510',
];

/** Warm greys, so that large light areas do not look cold. */
const stone: MantineColorsTuple = [
  '#f8f8f6',
  '#f1f1ee',
  '#e5e5e1',
  '#d3d3ce',
  '#b3b4ae',
  '#8d8f89',
  '#686b66',
  '#4e524e',
  '#333734',
  '#1d211f',
];

/** The dark theme's surfaces, from text to the ground. */
const night: MantineColorsTuple = [
  '#e6e9e7',
  '#c3c9c6',
  '#a2aaa7',
  '#74807b',
  '#4b5753',
  '#35403c',
  '#27312e',
  '#1c2422',
  '#141b19',
  '#0d1211',
];

export const theme = createTheme({
  respectReducedMotion: true,
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 6 },
  colors: { pine, red: brick, gray: stone, dark: night },
  autoContrast: true,
  luminanceThreshold: 0.32,
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, monospace',
  fontSizes: { md: '0.9375rem', sm: '0.8125rem', xs: '0.75rem' },
  headings: {
    fontWeight: '640',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.1875rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  components: {
    Button: Button.extend({
      // Without a ground of their own the words alone say what a button is.
      vars: (_theme, { variant, color }) => ({
        root:
          variant === 'subtle'
            ? { '--button-color': color === 'red' ? 'var(--mantine-color-error)' : 'var(--mantine-color-anchor)' }
            : {},
      }),
      // Long words, of German for one, take a second line.
      styles: {
        root: { height: 'auto', minHeight: 'var(--button-height)', maxWidth: '100%' },
        // Within the border. The inner box of a link would else end below its words.
        inner: { minHeight: 'calc(var(--button-height) - 2px)' },
        label: { whiteSpace: 'normal', overflow: 'visible', overflowWrap: 'break-word', lineHeight: 1.3 },
      },
    }),
    InputWrapper: { styles: { label: { marginBottom: 4 }, description: { marginBottom: 6 } } },
    Card: {
      defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' },
      styles: { root: { backgroundColor: 'var(--mantine-color-body)', borderColor: 'var(--line)' } },
    },
    Badge: {
      defaultProps: { variant: 'light', radius: 'sm' },
      styles: { root: { overflow: 'visible' }, label: { textTransform: 'none', overflow: 'visible' } },
    },
    Tooltip: { defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } } },
    Modal: {
      defaultProps: { centered: true, radius: 'lg' },
      styles: { title: { fontWeight: 640, fontSize: '1.1875rem', lineHeight: 1.35, minWidth: 0 } },
    },
    Checkbox: { styles: { labelWrapper: { minWidth: 0 } } },
    Tabs: { defaultProps: { keepMounted: false } },
    Anchor: { defaultProps: { underline: 'always' } },
  },
});

/** Contrast of faint text at 4.5 to 1 and more, and the ground of the page, in both schemes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c605b',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-placeholder': '#6f736e',
    '--mantine-color-error': '#b3261e',
    '--page-ground': '#f7f7f4',
    '--line': '#e2e2dd',
    '--warning': '#6b4600',
    '--mantine-color-yellow-light': '#fdf1cc',
    '--mantine-color-yellow-light-color': 'var(--warning)',
    '--mantine-color-anchor': '#0f615c',
  },
  dark: {
    '--mantine-color-dimmed': '#a2aaa7',
    '--mantine-color-body': '#1a2220',
    '--mantine-color-placeholder': '#8e9994',
    '--mantine-color-error': '#ff9d94',
    '--page-ground': '#111716',
    '--line': '#2d3835',
    '--warning': '#ffd98a',
    '--mantine-color-yellow-light': '#3b2f14',
    '--mantine-color-yellow-light-color': 'var(--warning)',
    '--mantine-color-anchor': '#73bfb5',
  },
});
