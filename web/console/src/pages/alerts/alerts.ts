// SPDX-License-Identifier: Apache-2.0
// Alerts as they are read, and taking one on or closing it.
import { queryOptions } from "@tanstack/react-query";
import { api, must, type Schemas } from "../../api.ts";
import { pageSize, paged, queryClient } from "../../queries.ts";

export const alertPagesQuery = (state: Schemas["AlertState"]) =>
  paged(["alerts", "pages", state], async (cursor) => must(await api.GET("/v1/alerts", { params: { query: { state, limit: pageSize, cursor } } })));
export const alertQuery = (id: string) =>
  queryOptions({ queryKey: ["alerts", id], queryFn: async () => must(await api.GET("/v1/alerts/{alert_id}", { params: { path: { alert_id: id } } })) });

/** Done when the platform has said so; what it answers is what is shown. */
export async function settle(id: string, how: "acknowledge" | "close", note = ""): Promise<void> {
  const order = { params: { path: { alert_id: id } }, body: note.trim() === "" ? {} : { note: note.trim() } };
  const alert = must(how === "close" ? await api.POST("/v1/alerts/{alert_id}/close", order) : await api.POST("/v1/alerts/{alert_id}/acknowledge", order));
  queryClient.setQueryData(["alerts", id], alert);
  await queryClient.invalidateQueries({ queryKey: ["alerts"] });
}
