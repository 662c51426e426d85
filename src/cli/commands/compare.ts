/** `jet-iqn compare`: several models on the same jets, their numbers and figures side by side. */
import { Command } from 'commander';
import { UsageError } from '../../errors.js';
import { checkInputsAndOutput } from '../../files/inputs-and-output.js';
import { commonOptions } from '../options.js';
import { say, writeJson } from '../output.js';

const EXAMPLES = `
Examples:
  jet-iqn compare out-a out-b -o compare.html
  jet-iqn compare out-*/report.json -o compare.html --json > compare.json

Every report must be a study of the same jets. Of each number the better model is marked, if it is better by more than
the standard errors.`;

interface CompareOptions {
  readonly output?: string;
  readonly json: boolean;
}

export function compareCommand(): Command {
  return new Command('compare')
    .description('put the reports of several models on the same jets side by side')
    .argument('<reports...>', 'report.json of each study, or its folder; two to six')
    .option('-o, --output <file>', 'a page with all figures and numbers')
    .addOption(commonOptions.json())
    .addHelpText('after', EXAMPLES)
    .action(runCompare);
}

async function runCompare(paths: string[], { output, json }: CompareOptions): Promise<void> {
  const { compareHtml, comparisonRows, MOST_MODELS } = await import('../../report/compare-page.js');
  if (paths.length < 2 || paths.length > MOST_MODELS)
    throw new UsageError(`compare takes 2 to ${MOST_MODELS} reports, not ${paths.length}`);
  if (output !== undefined) checkInputsAndOutput(paths, output);
  const { readReport } = await import('../../report/read-report.js');
  const { compareReports } = await import('../../report/comparison.js');
  const reports = [];
  for (const path of paths) reports.push({ path, report: await readReport(path) });
  const comparison = compareReports(reports);
  if (output !== undefined) {
    const { writeDurably } = await import('../../files/durable-file.js');
    const html = await compareHtml(
      comparison,
      reports.map(({ report }) => report),
    );
    writeDurably(output, [html]);
  }
  if (json) {
    writeJson(comparison);
    return;
  }
  const { tableText } = await import('../study-table.js');
  const names = comparison.models.map(
    ({ letter, name, verdict, failed, tests, report }) =>
      `${letter}: ${name}, ${verdict.toLowerCase()} (${failed} of ${tests} tests found a difference), ${report}`,
  );
  const head = comparison.models.map(({ letter }) => letter);
  const missing = comparison.withoutJoint
    ? ['No scores, scale and resolution: not every report has joint tests, of the same jets']
    : [];
  say(
    [
      ...names,
      tableText([], head, comparisonRows(comparison)),
      '* better by more than the standard errors',
      ...missing,
      ...(output === undefined ? [] : [output]),
    ].join('\n'),
  );
}
