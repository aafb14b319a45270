// SPDX-License-Identifier: Apache-2.0
// Ink on paper: neutral surfaces, one accent for what is chosen or has the focus, and colour only where it says something of a door.
import { Badge, Button, createTheme, InputWrapper, Loader, Menu, Modal, type MantineColorsTuple, type ModalProps, Skeleton, Tabs, Tooltip } from "@mantine/core";

const ink: MantineColorsTuple = ["#f7f7f5", "#ebeae6", "#d6d5d0", "#b8b7b0", "#94938b", "#716f68", "#54534d", "#3b3a36", "#23231f", "#12120f"];
const gray: MantineColorsTuple = ["#fbfbfa", "#f4f3f1", "#ebeae7", "#dfdedb", "#cfceca", "#a5a49e", "#64635d", "#4b4a45", "#2f2f2b", "#1b1b18"];
const dark: MantineColorsTuple = ["#d7d6d2", "#bdbcb7", "#9c9b95", "#6a6963", "#373734", "#2b2b28", "#1c1c1a", "#131312", "#0e0e0d", "#090908"];
const red: MantineColorsTuple = ["#fef3f1", "#fde3df", "#fac5be", "#f59d93", "#ee7365", "#e14f3f", "#cb3727", "#b42a1c", "#a32317", "#861b11"];

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 8, dark: 1 },
  autoContrast: true,
  colors: { ink, gray, dark, red },
  white: "#ffffff",
  black: "#1b1b18",
  defaultRadius: 6,
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "1.25rem", lineHeight: "1.35" }, h2: { fontSize: "0.9375rem", lineHeight: "1.4" }, h3: { fontSize: "0.8125rem", lineHeight: "1.4" } },
  },
  components: {
    Badge: Badge.extend({ defaultProps: { tt: "none", variant: "default", fw: 500, radius: 4 } }),
    Button: Button.extend({ defaultProps: { size: "xs" } }),
    // Nearly everything that is asked for is needed: what is not, says so.
    InputWrapper: InputWrapper.extend({ defaultProps: { withAsterisk: false } }),
    Loader: Loader.extend({ defaultProps: { size: "sm", type: "oval" } }),
    // A menu has items, and nothing else that takes the focus.
    Menu: Menu.extend({ defaultProps: { shadow: "md", transitionProps: { duration: 80 }, withInitialFocusPlaceholder: false } }),
    // The dialog's header is no second banner of the page.
    Modal: Modal.extend({
      defaultProps: { attributes: { header: { role: "none" } }, centered: false, yOffset: "12vh", radius: 10, overlayProps: { backgroundOpacity: 0.32 }, transitionProps: { duration: 100, transition: "fade" } } as Partial<ModalProps>,
    }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: 4 } }),
    Tabs: Tabs.extend({ defaultProps: { color: "ink" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, events: { hover: true, focus: true, touch: false } } }),
  },
});
