import { spawnSync } from 'node:child_process';

/**
 * Runs the import rules and makes sure that they looked at anything: with a compiler it does not know,
 * dependency-cruiser finds no module and calls that clean.
 */
const FEWEST_MODULES = 120;

const result = spawnSync(
  'npx',
  ['depcruise', '--config', 'scripts/config/dependencies.cjs', '--output-type', 'json', 'src', 'web', 'scripts'],
  { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
if (!result.stdout) {
  process.stderr.write(result.stderr);
  process.exit(2);
}
const { summary } = JSON.parse(result.stdout) as {
  summary: { totalCruised: number; violations: Array<{ from: string; to: string; rule: { name: string } }> };
};
for (const { rule, from, to } of summary.violations) process.stderr.write(`${rule.name}: ${from} → ${to}\n`);
process.stdout.write(`import rules: ${summary.totalCruised} modules, ${summary.violations.length} violations\n`);
if (summary.totalCruised < FEWEST_MODULES) {
  process.stderr.write(`only ${summary.totalCruised} modules were looked at; at least ${FEWEST_MODULES} are there\n`);
  process.exit(1);
}
process.exit(summary.violations.length > 0 ? 1 : 0);
