import { describe, expect, test } from '@jest/globals';
import { escapeText, typesetHtml, typesetSvg } from '../../src/report/typeset.js';

test('markup as HTML', () => {
  expect(typesetHtml('reco jet *p*_{T} [GeV]')).toBe('reco jet <i>p</i><sub>T</sub> [GeV]');
  expect(typesetHtml('10^{3}')).toBe('10<sup>3</sup>');
  expect(typesetHtml('plain')).toBe('plain');
  expect(typesetHtml('a < *b*')).toBe('a &lt; <i>b</i>');
});

describe('markup in a figure', () => {
  test('shifts down for a subscript and back up after it', () => {
    expect(typesetSvg('<text font-size="10px" fill="#000">*p*_{T} [GeV]</text>')).toBe(
      '<text font-size="10px" fill="#000"><tspan font-style="italic">p</tspan>' +
        '<tspan dy="2.4" font-size="7.2px">T</tspan><tspan dy="-2.4"> [GeV]</tspan></text>',
    );
  });

  test('does not touch plain text and entities', () => {
    const plain = '<text font-size="10px">a &lt; b</text>';
    expect(typesetSvg(plain)).toBe(plain);
    expect(typesetSvg('<text font-size="10px">&lt;^{2}</text>')).toContain('>&lt;</tspan>');
  });
});

test('text cannot become markup', () => {
  expect(escapeText(`<a href="x" class='y'>&`)).toBe('&lt;a href=&quot;x&quot; class=&#39;y&#39;&gt;&amp;');
});
