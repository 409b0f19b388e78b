// Rewrites a configuration as CodeMie CLI does: read, change, write in place; no lock, no temporary file.
// Counts how often its last update was not there any more, and writes that beside the file at the end.
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

const [path, count, pause] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
let lost = 0;
for (let number = 0; number < count; number++) {
  let config = {};
  try {
    config = JSON.parse(await readFile(path, "utf8"));
  } catch {
    // any trouble counts as an empty configuration
  }
  if (number && config.counter !== number - 1) lost++;
  config.counter = number;
  await writeFile(path, JSON.stringify(config, null, 2));
  await setTimeout(pause);
}
await writeFile(`${path}.lost`, String(lost));
