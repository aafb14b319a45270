// SPDX-License-Identifier: Apache-2.0
// Lets somebody in at a door and says what that came to:   CARDEA_SERVER=… CARDEA_API_KEY=… example.ts DOOR PERSON
// Prints one JSON object: the code, and who can open the door now.
import { cardea, each, must, Refused } from "./client.ts";

const [doorName, personName] = process.argv.slice(2);
const { CARDEA_SERVER: url, CARDEA_API_KEY: key } = process.env;
if (!doorName || !personName || !url || !key) throw new Error("usage: CARDEA_SERVER=… CARDEA_API_KEY=… example.ts DOOR PERSON");

const api = cardea({ url, key });
const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();

async function doorNamed(name: string) {
  for await (const door of each((cursor) => api.GET("/v1/doors", { params: { query: { limit: 1, cursor } } })))
    if (door.name === name) return door;
  throw new Error(`there is no door named ${name}`);
}

const door = await doorNamed(doorName);
const person = must(await api.POST("/v1/persons", { body: { name: personName } }));
const grant = must(
  await api.POST("/v1/access-grants", {
    body: { person_id: person.id, door_ids: [door.id], from: hours(-1), to: hours(24), external_id: `booking of ${personName}` },
  }),
);
const path = { grant_id: grant.id };
const { credential } = must(
  await api.POST("/v1/access-grants/{grant_id}/credentials", { params: { path }, body: { kind: "token", door_id: door.id } }),
);
const { code } = must(await api.GET("/v1/credentials/{credential_id}/code", { params: { path: { credential_id: credential.id } } }));

// The same booking once more: the platform says which grant it has made of it.
const again = await api.POST("/v1/access-grants", { body: { person_id: person.id, door_ids: [door.id], from: hours(0), external_id: `booking of ${personName}` } });
if (again.error?.code !== "already_exists" || again.error.existing_id !== grant.id) throw new Refused(again.error!);

const why = must(await api.GET("/v1/doors/{door_id}/explain", { params: { path: { door_id: door.id }, query: { person_id: person.id } } }));
console.log(JSON.stringify({ code, opens: why.items.map((item) => ({ opens: item.opens, reason: item.reason })) }));
