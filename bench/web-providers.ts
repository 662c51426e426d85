/**
 * ONNX Runtime's ways to compute in a browser: WebAssembly by one thread and by two, and WebGPU. The page is isolated from
 * other origins, without which there are no threads; where there is no GPU, Chromium computes WebGPU's shaders by
 * SwiftShader, on the processor. WebGPU refuses block.onnx: one of its operators has eleven buffers, and a shader ten.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { BLOCK_JETS } from '../src/model/graph-contract.js';
import { openBrowser } from '../test/browser/open-browser.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import { serveFolders } from '../test/web-library/serve-folders.js';
import type { Bench, Contestant } from './harness.js';

type Provider = 'wasm' | 'webgpu';

interface Turn {
  readonly values: readonly number[];
  readonly seconds: number;
}

/** Runs of a graph in one turn. */
const RUNS = 20;
/** Rows of conditional.onnx that a page asks for while a slider moves: 40 of pt and 3 × 10 × 20 of the others. */
const SLIDING_ROWS = 640;
/** Between providers: relative, or absolute below 1. */
const TOLERANCE = 1e-2;

export const bench: readonly Bench[] = [
  provided('web-providers-block', 'simulation', 'block.onnx', 1008),
  provided('web-providers-conditional', 'simulation', 'conditional.onnx', SLIDING_ROWS),
  provided('web-providers-paper', 'simulation-paper', 'block.onnx', 1008),
];

/** @param size samples of a jet, or rows. */
function provided(
  name: string,
  model: string,
  graph: 'block.onnx' | 'conditional.onnx',
  size: number,
): Bench {
  return {
    name,
    title: `ONNX Runtime in Chromium by provider, ${graph} of ${model}, ${size} ${graph === 'block.onnx' ? `samples of ${BLOCK_JETS} jets` : 'rows'} a run`,
    unit: 'rows',
    reference: 'WebAssembly, one thread',
    async prepare({ quick }) {
      const runs = quick ? 2 : RUNS;
      const work = runs * (graph === 'block.onnx' ? BLOCK_JETS * size : size);
      const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-providers-'));
      writeFileSync(join(folder, 'index.html'), '<!doctype html><title>providers</title>');
      const runtime = join(PROJECT_ROOT, 'node_modules', 'onnxruntime-web', 'dist');
      const served = await serveFolders(
        { '': folder, runtime, models: join(PROJECT_ROOT, 'models') },
        // As web/build/security.ts has them, which is compiled into the site's own folder and not beside this.
        { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
      );
      const browser = await openBrowser(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']);
      const contestants: Contestant<Turn>[] = [];
      let expected: readonly number[] | undefined;
      for (const [words, provider, threads] of [
        ['WebAssembly, one thread', 'wasm', 1],
        ['WebAssembly, two threads', 'wasm', 2],
        ...(graph === 'block.onnx' ? [] : [['WebGPU', 'webgpu', 1] as const]),
      ] as const) {
        // Threads are set once in the life of a page.
        const page = await browser.newPage();
        await page.goto(served.url);
        const turn = await openGraph(page, { provider, threads, graph: `models/${model}/${graph}`, size });
        const run = (count: number) => page.evaluate(([turn, count]) => turn(count), [turn, count] as const);
        const { values } = await run(1);
        expected ??= values;
        const right = expected;
        contestants.push({
          name: words,
          work,
          threads,
          run: () => run(runs),
          check: ({ values }) => checkNear(values, right),
          seconds: ({ seconds }) => seconds,
        });
      }
      return {
        contestants,
        async close() {
          await browser.close();
          await served.close();
          rmSync(folder, { recursive: true });
        },
      };
    },
  };
}

/** @returns a function of the page that runs the graph so many times. */
function openGraph(
  page: Page,
  options: { provider: Provider; threads: number; graph: string; size: number },
) {
  return page.evaluateHandle(async ({ provider, threads, graph, size }) => {
    const address = `/runtime/ort.${provider}.bundle.min.mjs`;
    const { env, InferenceSession, Tensor }: typeof import('onnxruntime-web') = await import(address);
    env.wasm.numThreads = threads;
    const session = await InferenceSession.create(graph, {
      executionProviders: [provider],
      logSeverityLevel: 3,
    });
    const jet = [100, 0.5, 1, 12];
    const jets = (count: number) => Float32Array.from({ length: 4 * count }, (_, i) => jet[i % 4]!);
    const tau = (count: number) =>
      Float32Array.from({ length: count }, (_, i) => 0.02 + 0.96 * ((i * 0.618) % 1));
    const feeds = graph.endsWith('block.onnx')
      ? {
          jets: new Tensor('float32', jets(4), [4, 4]),
          tau: new Tensor('float32', tau(16 * size), [4, 4, size]),
        }
      : {
          jets: new Tensor('float32', jets(size), [size, 4]),
          known: new Tensor(
            'float32',
            jets(size).filter((_, i) => i % 4 < 3),
            [size, 3],
          ),
          step: new Tensor(
            'int64',
            BigInt64Array.from({ length: size }, (_, i) => BigInt(i % 4)),
            [size],
          ),
          tau: new Tensor('float32', tau(size), [size]),
        };
    return async (runs: number) => {
      const start = performance.now();
      let values: readonly number[] = [];
      for (let run = 0; run < runs; run++)
        values = Object.values(await session.run(feeds)).flatMap(({ data }) =>
          Array.from(data as Float32Array),
        );
      return { seconds: (performance.now() - start) / 1000, values };
    };
  }, options);
}

function checkNear(found: readonly number[], expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  found.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= TOLERANCE * Math.max(1, Math.abs(expected[i]!)));
  });
}
