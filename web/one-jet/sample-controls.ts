/** The button that takes a jet of the sample, and what is known of that jet. */
import type { Variable } from '../../src/jets/columns.js';
import { STAGES_OF_TASK, type Task } from '../../src/model/tasks.js';
import { byId } from '../dom.js';
import type { SampleJet } from '../engine/api.js';
import type { Engine } from '../engine/start.js';
import type { Link } from '../link.js';
import type { Shelf } from '../models/shelf.js';

type Jet = Readonly<Record<Variable, number>>;

export interface KnownAnswer {
  readonly truth: Jet;
  /** The experiment's own correction of the input jet; only of correction. */
  readonly typical?: Jet | undefined;
}

export interface SampleControls {
  truth(task: Task): KnownAnswer | undefined;
}

/** @param onTruth called when a jet's answer has become known. */
export function sampleControls(
  link: Link,
  shelf: Shelf,
  engine: Engine,
  status: HTMLElement,
  onTruth: () => void,
): SampleControls {
  const url = new URL('models/jets-sample.parquet', document.baseURI).href;
  let known: SampleJet | undefined;
  let asked: number | undefined;

  async function fetchJet(row: number | undefined): Promise<SampleJet | undefined> {
    try {
      return await engine.call('sampleJet', { url, row });
    } catch (error) {
      status.textContent = `No jet of the sample: ${(error as Error).message}.`;
      return undefined;
    }
  }

  byId('jet-sample', HTMLButtonElement).addEventListener('click', async () => {
    const jet = await fetchJet(undefined);
    const task = shelf.find(link.state.model)?.task;
    if (!jet || !task) return;
    known = jet;
    asked = jet.row;
    const { input } = STAGES_OF_TASK[task];
    link.update({ jet: { ...link.state.jet, ...jet.stages[input], ...jet.extra }, sampleJet: jet.row });
  });
  const follow = async () => {
    const { sampleJet: row } = link.state;
    if (row === undefined || row === asked) return;
    // From a link.
    asked = row;
    known = await fetchJet(row);
    if (known) onTruth();
  };
  link.onChange(() => void follow());
  void follow();

  return {
    truth(task) {
      if (!known || link.state.sampleJet !== known.row) return undefined;
      const { target, input } = STAGES_OF_TASK[task];
      // The other task reads another stage of the jet: its numbers are not those of the sliders.
      const same = Object.entries(known.stages[input]).every(
        ([variable, value]) =>
          Math.abs(link.state.jet[variable]! - value) < 1e-5 * Math.max(1, Math.abs(value)),
      );
      if (!same) return undefined;
      return { truth: known.stages[target], typical: task === 'correction' ? known.stages.reco : undefined };
    },
  };
}
