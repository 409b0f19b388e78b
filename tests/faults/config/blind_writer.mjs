// Rewrites a configuration as CodeMie CLI does: read, change, write in place; no lock, no temporary file.
// Counts how often its last update was not there any more, and how often it took longer from its reading to its writing
// than its last argument, in milliseconds; writes both beside the file at the end.
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

const path = process.argv[2];
const [count, pause, limit] = process.argv.slice(3).map(Number);
let lost = 0;
let heldUp = 0;
for (let number = 0; number < count; number++) {
  const began = performance.now();
  let config = {};
  try {
    config = JSON.parse(await readFile(path, "utf8"));
  } catch {
    // any trouble counts as an empty configuration
  }
  if (number && config.counter !== number - 1) lost++;
  config.counter = number;
  await writeFile(path, JSON.stringify(config, null, 2));
  if (performance.now() - began > limit) heldUp++;
  await setTimeout(pause);
}
await writeFile(`${path}.lost`, `${lost} ${heldUp}`);
