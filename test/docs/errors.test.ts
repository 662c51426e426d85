/** docs/errors.md has every message that the sources throw: in a row of its own or in a family. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { PROJECT_ROOT } from '../project-root.js';
import { readPage } from './pages.js';

/** What is thrown on purpose, and where its words stand among the arguments: after the file's name in those about one. */
const WORDS_AT: Readonly<Record<string, number>> = {
  UsageError: 0,
  RunError: 0,
  VerdictError: 0,
  InterruptedError: 0,
  InvalidArgumentError: 0,
  InputError: 1,
  BundleError: 1,
};
/** Letters below which the words come from elsewhere, such as `${file} ${error.message}`. */
const LEAST_LETTERS = 4;

const messages = ['src', 'training', 'export'].flatMap((folder) =>
  readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => messagesOf(join(folder, path))),
);
const [rows, others] = readPage('docs/errors.md').split('### All others, by family') as [string, string];
const single = [...rows.matchAll(/^\| `([^`]+)` \|/gm)].map(([, phrase]) => phrase!);
const families = others
  .split('\n')
  .flatMap((line) => [...(line.split(' | ')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, phrase]) => phrase!));
const phrases = [...single, ...families];

/** The texts of a file's errors, `…` for what is put in; without those that only pass on another's. */
function messagesOf(path: string): { path: string; text: string }[] {
  const file = ts.createSourceFile(
    path,
    readFileSync(join(PROJECT_ROOT, path), 'utf8'),
    ts.ScriptTarget.ES2023,
  );
  const found: { path: string; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
      const words = node.arguments?.[WORDS_AT[node.expression.text] ?? Number.POSITIVE_INFINITY];
      const text = words ? textOf(words) : '';
      if ((text.match(/\p{Letter}/gu)?.length ?? 0) >= LEAST_LETTERS) found.push({ path, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function textOf(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  if (ts.isBinaryExpression(node)) return textOf(node.left) + textOf(node.right);
  if (ts.isConditionalExpression(node)) return `${textOf(node.whenTrue)} ${textOf(node.whenFalse)}`;
  return '…';
}

/** Whether a message has the words of a phrase one after the other, anything where the phrase has `…`. */
function holds(text: string, phrase: string): boolean {
  let from = 0;
  return phrase.split('…').every((part) => {
    const at = text.indexOf(part.trim(), from);
    from = at + part.trim().length;
    return at >= 0;
  });
}

test('there are many', () => {
  expect(messages.length).toBeGreaterThan(150);
  expect(families.length).toBeGreaterThan(50);
});

test('every message is on the page', () => {
  const missing = messages.filter(({ text }) => !phrases.some((phrase) => holds(text, phrase)));
  expect(missing.map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
});

test('and no family has a message that is gone', () => {
  expect(families.filter((phrase) => !messages.some(({ text }) => holds(text, phrase)))).toEqual([]);
});
