// SPDX-License-Identifier: Apache-2.0
// From the table of pages to routes. Who is not signed in is sent to sign in, and comes back to where they wanted to go.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { loadWords } from "./i18n.ts";
import { pages, type PageRow } from "./pages.tsx";
import { accountQuery, queryClient } from "./queries.ts";
import { Broken, Missing } from "./shell/broken.tsx";
import { Frame } from "./shell/frame.tsx";

const root = createRootRoute({ component: Outlet, notFoundComponent: () => <main><Missing /></main> });

const framed = createRoute({
  getParentRoute: () => root,
  id: "framed",
  component: Frame,
  beforeLoad: async ({ location }) => {
    const account = await queryClient.ensureQueryData(accountQuery);
    if (account === null) throw redirect({ to: "/sign-in", search: { to: location.href === "/" ? undefined : location.href } as never });
  },
});

const route = (page: PageRow, parent: () => typeof root) =>
  createRoute({
    getParentRoute: parent,
    path: page.path,
    component: lazyRouteComponent(async () => (await Promise.all([page.load(), loadWords(page.name)]))[0]),
    validateSearch: (search: Record<string, unknown>) => search,
  });

const tree = root.addChildren([
  framed.addChildren(pages.filter((page) => !page.open).map((page) => route(page, () => framed as never))),
  ...pages.filter((page) => page.open).map((page) => route(page, () => root)),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: Missing,
  defaultPendingMs: 300,
  scrollRestoration: true,
});
