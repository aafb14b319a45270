// SPDX-License-Identifier: Apache-2.0
// The page around every step of signing in: the mark, one thing to do, and the languages.
import { useLingui } from "@lingui/react";
import { UnstyledButton, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { languageNames, languages } from "../../../../shared/i18n/language.ts";
import { choose } from "../../i18n.ts";
import { Mark } from "../../shell/brand.tsx";

export function Outside({ title, name, children }: { title: ReactNode; name: string; children: ReactNode }) {
  const { i18n } = useLingui();
  useEffect(() => {
    document.title = `${name} · Cardea`;
  }, [name]);
  return (
    <div className="door-step">
      <main>
        <div className="stack" style={{ gap: 20 }}>
          <Mark size={36} />
          <Title order={1}>{title}</Title>
        </div>
        {children}
      </main>
      <footer>
        {languages.map((locale) => (
          <UnstyledButton key={locale} lang={locale} fz="xs" py={4} c={i18n.locale === locale ? "var(--c-text)" : "inherit"} aria-current={i18n.locale === locale || undefined} onClick={() => void choose(locale)}>
            {languageNames[locale]}
          </UnstyledButton>
        ))}
      </footer>
    </div>
  );
}

/** What follows the # of a link: it never reaches a server's log. A pasted link works as well. */
export function wordOf(text: string): string {
  return text.trim().split("#").at(-1) ?? "";
}
