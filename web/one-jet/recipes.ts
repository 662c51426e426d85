/** How to get the shown numbers elsewhere: one command, and a few lines of Python. */
import type { ModelCard } from '../../src/model/card.js';
import { extraInputs } from '../../src/model/missing-inputs.js';
import { inputColumnNames } from '../../src/sampling/jet-columns.js';
import { byId } from '../dom.js';
import { copyText } from '../share.js';
import type { JetRequest } from './answer.js';

export interface Recipes {
  update(model: string, card: ModelCard, request: Pick<JetRequest, 'jet' | 'samples' | 'seed'>): void;
}

export function recipes(status: HTMLElement): Recipes {
  const [command, python] = [byId('recipe-command', HTMLElement), byId('recipe-python', HTMLElement)];
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    const text = byId(button.dataset.copy!, HTMLElement);
    button.addEventListener('click', async () => {
      status.textContent = await copyText(
        text.textContent!,
        'It is on the clipboard.',
        'select the text instead.',
      );
    });
  }
  return {
    update(model, card, { jet, samples, seed }) {
      const names = inputColumnNames(
        card.task,
        card.inputs.map(({ column }) => column),
      );
      command.textContent = `printf '${names.join()}\\n${jet.join()}\\n' |
  npx jet-iqn predict models/${model} - -o jet.csv --samples ${samples} --seed ${seed}`;
      const further = extraInputs(card).map((name, i) => `, ${name}=${jet[4 + i]}`);
      python.textContent = `import jet_iqn, numpy as np
model = jet_iqn.load("models/${model}")
jet = np.array([[${jet.slice(0, 4).join(', ')}]], "f4")
bands = model.quantiles(jet, [0.16, 0.5, 0.84], samples=${samples}, seed=${seed}${further.join('')})
print(bands[0])  # a row for each level: pt, eta, phi, mass`;
    },
  };
}
