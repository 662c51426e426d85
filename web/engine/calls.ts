/**
 * Calls across a worker's border: a method's name and arguments there, its result or error back, events in between.
 * Cancelling a call aborts the signal that its method was given.
 */

export interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

export interface CancelMessage {
  readonly cancel: number;
}

export type Answer =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

/** An error without its class, which does not cross the border; `foreseen` says that the message is for people. */
export interface Failure {
  readonly message: string;
  readonly foreseen: boolean;
  readonly aborted: boolean;
}

/** What the worker's other side looks like: each method's argument, events and result, plain data all. */
export type Methods<M> = { readonly [K in keyof M]: { argument: unknown; event: unknown; result: unknown } };

export interface CallContext<Event> {
  readonly signal: AbortSignal;
  emit(event: Event, transfer?: Transferable[]): void;
}

export type Handlers<M extends Methods<M>> = {
  readonly [K in keyof M]: (
    argument: M[K]['argument'],
    context: CallContext<M[K]['event']>,
  ) => Promise<M[K]['result']>;
};
