// Rewrites a configuration as CodeMie CLI does: read, change, write in place; no lock, no temporary file.
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

const [path, count, pause] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
for (let number = 0; number < count; number++) {
  let config = {};
  try {
    config = JSON.parse(await readFile(path, "utf8"));
  } catch {
    // any trouble counts as an empty configuration
  }
  (config.codemieSkills ??= []).push(number);
  await writeFile(path, JSON.stringify(config, null, 2));
  await setTimeout(pause);
}
