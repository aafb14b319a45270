// SPDX-License-Identifier: Apache-2.0
// Every page of the console, in one table. A page lives in its folder `pages/NAME/`: its code and its words come when it is first opened.
// To add one: a folder with a `page.tsx` that has a default export, and a row here. `place` puts it into the navigation.
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { IconActivity, IconBell, IconDoor, IconHome, IconKey, IconSettings, IconTool, IconUsers, type Icon } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Schemas } from "./api.ts";

export type PageRow = {
  name: string;
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** In the navigation, for whoever has one of these permissions. */
  place?: { label: MessageDescriptor; icon: Icon; needs?: Schemas["Permission"][] };
  /** Signed in or not; without the frame. */
  open?: true;
};

export const pages: PageRow[] = [
  { name: "home", path: "/", load: () => import("./pages/home/page.tsx"), place: { label: msg`Home`, icon: IconHome } },
  { name: "doors", path: "/doors", load: () => import("./pages/doors/page.tsx"), place: { label: msg`Doors`, icon: IconDoor, needs: ["doors:read"] } },
  { name: "door", path: "/doors/$doorId", load: () => import("./pages/door/page.tsx") },
  { name: "people", path: "/people", load: () => import("./pages/people/page.tsx"), place: { label: msg`People`, icon: IconUsers, needs: ["persons:read"] } },
  { name: "person", path: "/people/$personId", load: () => import("./pages/person/page.tsx") },
  { name: "access", path: "/access", load: () => import("./pages/access/page.tsx"), place: { label: msg`Access`, icon: IconKey, needs: ["grants:read"] } },
  { name: "activity", path: "/activity", load: () => import("./pages/activity/page.tsx"), place: { label: msg`Activity`, icon: IconActivity, needs: ["events:read"] } },
  { name: "alerts", path: "/alerts", load: () => import("./pages/alerts/page.tsx"), place: { label: msg`Alerts`, icon: IconBell, needs: ["alerts:read"] } },
  { name: "install", path: "/install", load: () => import("./pages/install/page.tsx"), place: { label: msg`Install`, icon: IconTool, needs: ["locks:activate"] } },
  { name: "settings", path: "/settings", load: () => import("./pages/settings/page.tsx"), place: { label: msg`Settings`, icon: IconSettings } },
  { name: "account", path: "/account", load: () => import("./pages/account/page.tsx") },
  { name: "sign-in", path: "/sign-in", load: () => import("./pages/sign-in/page.tsx"), open: true },
  { name: "sign-in", path: "/sign-in/oidc", load: () => import("./pages/sign-in/oidc.tsx"), open: true },
  { name: "sign-in", path: "/accept", load: () => import("./pages/sign-in/accept.tsx"), open: true },
  { name: "sign-in", path: "/recover", load: () => import("./pages/sign-in/recover.tsx"), open: true },
  { name: "sign-in", path: "/start", load: () => import("./pages/sign-in/start.tsx"), open: true },
];
