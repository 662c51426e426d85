import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { reportHtml } from '../../src/report/page.js';
import type { Report } from '../../src/studies/summarise.js';
import { exampleReport, renderFigures } from './example-report.js';

let report: Report;
let page: string;
beforeAll(async () => {
  report = await exampleReport();
  page = await reportHtml(report, await renderFigures(report));
});

describe('the page', () => {
  test('runs no script, loads nothing and allows only its own style', () => {
    expect(page).not.toMatch(
      /<script|<link|<img|<iframe|<object|@import|url\(|javascript:| on[a-z]+=| style=/i,
    );
    const addresses = [...page.matchAll(/https?:[^"' ]*/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(
      new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']),
    );
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page)!;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">`,
    );
  });

  test('has nine figures, the medians table, and says what the jets are', () => {
    expect(page.match(/<svg /g)).toHaveLength(9);
    // Medians: two heads with four variables each. Spectra and closures: a head and four variables each. Slices: for each
    // variable a head and eleven.
    expect(page.match(/<tr>/g)).toHaveLength(2 * 5 + 2 * 5 + 4 * 12);
    expect(page).toContain('generated jets, not CMS data');
    expect(page).toContain('<i>p</i><sub>T</sub> [GeV]');
  });

  test('sets the better of two errors in bold, and neither where they are equal', async () => {
    const errors = {
      meanAbsError: 0.11,
      sdError: 0.12,
      typicalMeanAbsError: 0.13,
      typicalSdError: 0.14,
      meanAbsDifference: 0.015,
      sdDifference: 0.016,
    };
    const variables = {
      ...report.variables,
      pt: {
        ...report.variables.pt,
        median: { meanAbsError: 12.8, typicalMeanAbsError: 12.9, sdError: 25, typicalSdError: 24.9, errors },
      },
      eta: {
        ...report.variables.eta,
        median: {
          meanAbsError: 0.02,
          typicalMeanAbsError: 0.02,
          sdError: 0.04,
          typicalSdError: null,
          errors: { ...errors, meanAbsError: 0.0002, meanAbsDifference: 0.00031, sdError: 0.0004 },
        },
      },
    };
    const medians = (await reportHtml({ ...report, variables }, {})).split('<h3>Medians</h3>')[1]!;
    const rows = medians.match(/<tr><th scope="row">.*<\/tr>/g)!;
    const [ptMean, etaMean, , , ptSpread, etaSpread] = rows.map((row) => row.replace(/^.*?<\/th>/, ''));
    expect(ptMean).toBe('<td><b>12.80</b> ± 0.11</td><td>12.90</td><td>−0.100 ± 0.015</td></tr>');
    expect(ptSpread).toBe('<td>25.00 ± 0.12</td><td><b>24.90</b></td><td>0.100 ± 0.016</td></tr>');
    expect(etaMean).toBe('<td>0.02000 ± 0.00020</td><td>0.02000</td><td>0.00000 ± 0.00031</td></tr>');
    expect(etaSpread).toBe('<td>0.04000 ± 0.00040</td><td>–</td><td>–</td></tr>');
  });

  test('gives each test a section with a figure, what it shows and what it cannot', () => {
    const sections = page.match(/<section id="\w+" class="test">[\s\S]*?<\/section>/g)!;
    expect(sections).toHaveLength(2);
    for (const section of sections) {
      expect(section.match(/<figure>/g)).toHaveLength(1);
      expect(section.match(/<i>It cannot show:<\/i> \S/g)).not.toBeNull();
      expect(section).toContain('<details><summary>Numbers</summary>');
    }
  });

  test('has contents that name every section', () => {
    const ids = [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    const links = [
      ...page
        .split('</nav>')[0]!
        .split('<nav')[1]!
        .matchAll(/href="#([^"]+)"/g),
    ].map(([, id]) => id);
    expect(links).toEqual(ids);
    expect(ids[0]).toBe('scale');
  });
});

test('a failed correction says so, and what it depends on', async () => {
  const correction = await exampleReport('correction');
  const verdict = { ...correction.verdict, passed: false, reasons: ['Closure of pt: wrong.'] };
  const failed = await reportHtml({ ...correction, verdict }, {});
  expect(failed).toContain('<h2>Failed</h2>');
  expect(failed).toContain('Closure of <i>p</i><sub>T</sub>: wrong.');
  expect(failed).toContain('spectrum that it was trained on');
});
