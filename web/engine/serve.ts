/** The worker's side of calls.ts. */
import { JetIqnError } from '../../src/errors.js';
import type { Answer, CallMessage, CancelMessage, Failure, Handlers, Methods } from './calls.js';

/** Answers the calls that reach this worker. */
export function serve<M extends Methods<M>>(handlers: Handlers<M>): void {
  const running = new Map<number, AbortController>();
  const post = (answer: Answer, transfer: Transferable[] = []) => self.postMessage(answer, { transfer });
  self.addEventListener('message', async ({ data }: MessageEvent<CallMessage | CancelMessage>) => {
    if ('cancel' in data) {
      running.get(data.cancel)?.abort(new DOMException('cancelled', 'AbortError'));
      return;
    }
    const { id, method, argument } = data;
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const result = await handlers[method as keyof M](argument as M[keyof M]['argument'], {
        signal: controller.signal,
        emit: (event, transfer) => post({ id, event }, transfer),
      });
      post({ id, result });
    } catch (error) {
      post({ id, failure: failureOf(error, controller.signal) });
    } finally {
      running.delete(id);
    }
  });
}

function failureOf(error: unknown, { aborted }: AbortSignal): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { message, foreseen: error instanceof JetIqnError, aborted };
}
