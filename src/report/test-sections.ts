/** The sections of report.html, one for each test. */
import type { Figures } from './html.js';
import { jointIntroduction, jointSections } from './joint-sections.js';
import { marginalSections } from './marginal-sections.js';
import { hasJoint, type Report } from './report.js';
import { sectionHtml, type TestSection } from './test-section.js';

/** Every section, in the order of docs/validate.md. HTML. */
export function testSections(report: Report, figures: Figures): string {
  const html = (sections: readonly TestSection[]) => sections.map((each) => sectionHtml(each, figures));
  const sections = html(marginalSections(report, figures));
  if (hasJoint(report)) sections.push(jointIntroduction(report.joint), ...html(jointSections(report.joint)));
  return sections.join('\n');
}
