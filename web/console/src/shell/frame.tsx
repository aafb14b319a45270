// SPDX-License-Identifier: Apache-2.0
// What stands around every page: navigation, the site that is shown, search, who is signed in, and whether what is seen is fresh.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Drawer, Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconChevronDown, IconLogout, IconMenu2, IconPlugConnectedX, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { languageNames, languages } from "../../../shared/i18n/language.ts";
import { choose } from "../i18n.ts";
import { startLive, useLive } from "../live.ts";
import { pages } from "../pages.tsx";
import { State } from "../parts/state.tsx";
import { timeText } from "../parts/time.tsx";
import { alertsQuery, sitesQuery, workspaceQuery } from "../queries.ts";
import { chooseSite, useSite } from "../scope.ts";
import { signOut, useAccount, useMay } from "../session.ts";
import { router } from "../router.tsx";
import { Mark } from "./brand.tsx";

const Search = lazy(() => import("./search.tsx"));

function Navigation({ onPick }: { onPick?: () => void }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const may = useMay();
  const { pathname } = useLocation();
  const alerts = useQuery({ ...alertsQuery("open"), enabled: may("alerts:read") });
  return (
    <nav aria-label={t`Main`}>
      <ul className="nav">
        {pages.map(({ path, place }) => {
          if (!place || (place.needs && !place.needs.some(may))) return null;
          const chosen = path === "/" ? pathname === "/" : pathname === path || pathname.startsWith(path + "/");
          const count = path === "/alerts" ? (alerts.data?.length ?? 0) : 0;
          return (
            <li key={path}>
              <Link to={path} aria-current={chosen ? "page" : undefined} onClick={onPick}>
                <place.icon size={17} stroke={1.7} aria-hidden />
                {i18n._(place.label)}
                {count > 0 && <span className="count">{count >= 50 ? "50+" : count}</span>}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function SiteSwitch() {
  const chosen = useSite();
  const sites = useQuery(sitesQuery).data ?? [];
  const workspace = useQuery(workspaceQuery).data;
  const site = sites.find((one) => one.id === chosen);
  useEffect(() => {
    if (chosen && sites.length > 0 && !site) chooseSite(undefined);
  }, [chosen, site, sites.length]);
  return (
    <Menu position="bottom-start" width={204}>
      <Menu.Target>
        <UnstyledButton className="side-button outlined">
          <span className="grow" style={{ lineHeight: 1.3 }}>
            <span className="cut" style={{ display: "block", fontWeight: 550 }}>{site?.name ?? <Trans>All sites</Trans>}</span>
            <span className="cut secondary" style={{ display: "block" }}>{workspace?.name ?? "\u00a0"}</span>
          </span>
          <IconChevronDown size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        <Menu.Item onClick={() => chooseSite(undefined)} rightSection={!site && <IconCheck size={14} />}><Trans>All sites</Trans></Menu.Item>
        {sites.map((one) => (
          <Menu.Item key={one.id} onClick={() => chooseSite(one.id)} rightSection={one.id === chosen && <IconCheck size={14} />}>{one.name}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function LiveLine() {
  const { i18n } = useI18n();
  const live = useLive();
  const since = live.is === "stale" ? timeText(i18n.locale, live.at, "time") : "";
  return (
    <div className="live">
      {live.is === "live" && <State tone="steady" quiet><Trans>Live</Trans></State>}
      {live.is === "connecting" && <State tone="none"><Trans>Connecting…</Trans></State>}
      {live.is === "stale" && <State tone="warn"><Trans>As of {since}</Trans></State>}
    </div>
  );
}

function Stale() {
  const { i18n } = useI18n();
  const live = useLive();
  const since = live.is === "stale" ? timeText(i18n.locale, live.at, "seconds") : "";
  return (
    <div role="status">
      {live.is === "stale" && (
        <div className="stale">
          <IconPlugConnectedX size={16} aria-hidden />
          <span><Trans>Live updates lost: this is how it was at {since}. Trying again by itself.</Trans></span>
        </div>
      )}
    </div>
  );
}

function AccountMenu() {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const account = useAccount();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (!account) return null;
  const { name, email } = account.operator;
  const schemes = [["light", t`Light`], ["dark", t`Dark`], ["auto", t`As the system`]] as const;
  return (
    <Menu position="top-start" width={216}>
      <Menu.Target>
        <UnstyledButton className="side-button">
          <span className="avatar" aria-hidden>{name.trim().slice(0, 1).toUpperCase()}</span>
          <span className="cut grow">{name}</span>
          <IconChevronDown size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="cut">{email}</Menu.Label>
        <Menu.Item component={Link} to={"/account"}><Trans>Account and security</Trans></Menu.Item>
        <Menu.Divider />
        <Menu.Label><Trans>Language</Trans></Menu.Label>
        {languages.map((locale) => (
          <Menu.Item key={locale} lang={locale} onClick={() => void choose(locale)} rightSection={i18n.locale === locale && <IconCheck size={14} />}>{languageNames[locale]}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label><Trans>Appearance</Trans></Menu.Label>
        {schemes.map(([scheme, label]) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} rightSection={colorScheme === scheme && <IconCheck size={14} />}>{label}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut(account.session_id)}><Trans>Sign out</Trans></Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Frame() {
  const { t } = useLingui();
  const account = useAccount();
  const [menu, setMenu] = useState(false);
  const [search, setSearch] = useState<"never" | "open" | "closed">("never");
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();

  useEffect(startLive, []);
  useEffect(() => {
    if (account === null && location.pathname !== "/sign-in") void router.navigate({ to: "/sign-in" as never, search: { to: location.pathname + location.search } as never });
  }, [account]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setSearch((now) => (now === "open" ? "closed" : "open"));
      }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  // Another page is read from its beginning, by a screen reader too.
  const shownPath = useRef(pathname);
  useEffect(() => {
    if (shownPath.current !== pathname) main.current?.focus({ preventScroll: true });
    shownPath.current = pathname;
  }, [pathname]);

  const closeMenu = () => setMenu(false);
  return (
    <div className="frame">
      <a className="skip" href="#main"><Trans>To the content</Trans></a>
      <header className="top">
        <Link className="brand" to="/"><Mark /> Cardea</Link>
        <span className="grow" />
        <ActionIcon variant="subtle" color="gray" c="var(--c-text)" size={40} aria-label={t`Search`} onClick={() => setSearch("open")}><IconSearch size={19} /></ActionIcon>
        <ActionIcon variant="subtle" color="gray" c="var(--c-text)" size={40} aria-label={t`Menu`} aria-expanded={menu} onClick={() => setMenu(true)}><IconMenu2 size={20} /></ActionIcon>
      </header>
      <aside className="side" aria-label={t`Sidebar`}>
        <Link className="brand" to="/"><Mark /> Cardea</Link>
        <SiteSwitch />
        <UnstyledButton className="side-button" onClick={() => setSearch("open")} c="var(--c-dim)">
          <IconSearch size={16} aria-hidden /> <Trans>Search</Trans> <kbd className="key" aria-hidden>{navigator.platform.startsWith("Mac") ? "⌘K" : "Ctrl K"}</kbd>
        </UnstyledButton>
        <Navigation />
        <div className="side-foot">
          <LiveLine />
          <AccountMenu />
        </div>
      </aside>
      <Drawer opened={menu} onClose={closeMenu} size={280} position="right" title={<VisuallyHidden><Trans>Menu</Trans></VisuallyHidden>} closeButtonProps={{ "aria-label": t`Close` }} attributes={{ header: { role: "none" } }}>
        <div className="drawer">
          <SiteSwitch />
          <Navigation onPick={closeMenu} />
          <div className="side-foot">
            <LiveLine />
            <AccountMenu />
          </div>
        </div>
      </Drawer>
      <main id="main" className="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <Stale />
      {search !== "never" && (
        <Suspense>
          <Search open={search === "open"} onClose={() => setSearch("closed")} />
        </Suspense>
      )}
    </div>
  );
}
