// SPDX-License-Identifier: Apache-2.0
import "./mantine.css";
import "./console.css";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { onLanguageElsewhere, preferredLanguage } from "../../shared/i18n/language.ts";
import { keepFocus } from "./focus.ts";
import { i18n, speak } from "./i18n.ts";
import { queryClient } from "./queries.ts";
import { router } from "./router.tsx";
import { theme } from "./theme.ts";

await speak(preferredLanguage());
onLanguageElsewhere((language) => void speak(language));
keepFocus();
createRoot(document.getElementById("app") as HTMLElement).render(
  <I18nProvider i18n={i18n}>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </I18nProvider>,
);
