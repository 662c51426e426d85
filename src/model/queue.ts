/** Asynchronous work one piece after the other, where pieces share something. */

/** @returns a function that starts a piece when those before it are done, whether or not they failed. */
export function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}
