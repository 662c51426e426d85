#!/usr/bin/env node
/** `npm run experiment -- NAME …`: what made a table or a figure of the docs. Each is a file beside this one that exports `main`. */
import { JetIqnError } from '../src/errors.js';

const NAMES = ['ablation', 'card', 'front', 'pareto', 'peers', 'power', 'power-jets', 'results'];

const [name = '', ...options] = process.argv.slice(2);
if (!NAMES.includes(name)) {
  process.stderr.write(`experiment: give one of ${NAMES.join(', ')}\n`);
  process.exit(2);
}
const { main }: { main(options: string[]): Promise<void> } = await import(`./${name}.js`);
await main(options).catch((error: Error) => {
  process.stderr.write(`${name}: ${error instanceof JetIqnError ? error.message : error.stack}\n`);
  process.exitCode = error instanceof JetIqnError ? error.exitCode : 1;
});
