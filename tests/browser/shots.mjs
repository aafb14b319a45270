// SPDX-License-Identifier: Apache-2.0
// Takes a picture of every screen that console_shots.mjs, phone_shots.mjs and own_lock_shots.mjs list, for ./dev shots. Each of them exports
//
//   prepare()   once, before the first picture: whatever there must be to see
//   sizes, schemes, languages   what there is one of each of
//   screens     { name: async (person, shared) => { … } }: goes there; `shared` is what prepare() returned
import { join } from "node:path";
import { arrive, close, world } from "./browser.mjs";

const wanted = new RegExp(world.filter);
let failed = 0;

async function take(app, { screens, sizes, schemes, languages, prepare }) {
  const shared = await prepare?.();
  for (const size of sizes)
    for (const scheme of schemes)
      for (const language of languages) {
        const names = Object.keys(screens).filter((name) => wanted.test(`${app}/${name}-${size}-${scheme}-${language}`));
        if (names.length === 0) continue;
        const person = await arrive({ size, scheme, language, authenticator: true });
        for (const name of names) {
          const file = join(world.shots, app, `${name}-${size}-${scheme}-${language}.png`);
          try {
            await screens[name](person, shared);
          } catch (error) {
            failed++;
            console.error(`${app}/${name}, ${size}, ${scheme}, ${language}: ${error.message}`);
          }
          await person.shoot(file);
        }
        person.complaints(); // the tests are strict, a picture is to be seen
        await person.leave();
      }
}

for (const app of ["console", "phone", "own_lock"]) await take(app, await import(`./${app}_shots.mjs`));
await close();
process.exit(failed === 0 ? 0 : 1);
