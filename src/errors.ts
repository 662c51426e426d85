/**
 * One class for each kind of failure, with the exit code that the command line gives it.
 *
 * A message is one line: what is wrong, where, and what to do about it. Only the command line's
 * outermost layer turns an error into an exit code; everything below throws.
 */

/** Exit codes of the command line: see each class. */
export type ExitCode = 1 | 2 | 3 | 130;

/** What every failure that we foresee derives from. */
export class JetIqnError extends Error {
  /** What the process ends with when this reaches the command line. */
  readonly exitCode: ExitCode = 1;
  /** The class, as printed before a stack. */
  override name = 'JetIqnError';
}

/** The command was typed wrongly: an unknown option, a value out of its range. Exit code 2. */
export class UsageError extends JetIqnError {
  override readonly exitCode = 2;
  /** The class, as printed before a stack. */
  override name = 'UsageError';
}

/** A file cannot be used: missing, unreadable, of another kind, or with values that jets cannot have. Exit code 2. */
export class InputError extends JetIqnError {
  override readonly exitCode = 2;
  /** The class, as printed before a stack. */
  override name = 'InputError';
  /**
   * About one file: the message is `file: problem`.
   *
   * @param file as the user named it.
   * @param problem what is wrong, where in the file, and what to do.
   * @param options the error behind it, as `cause`.
   */
  constructor(
    /** The file as the user named it. */
    readonly file: string,
    /** What is wrong, where in the file, and what to do. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(oneLine(`${file}: ${problem}`), options);
  }
}

/** Characters of a message: a damaged file may hold names of any length. */
const LONGEST = 1000;

/** Nothing that a terminal would obey: a damaged file's names may hold any character. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** A bundle cannot be trusted or does not fit: wrong hash, malformed card, foreign graph. Exit code 2. */
export class BundleError extends InputError {
  /** The class, as printed before a stack. */
  override name = 'BundleError';
}

/** The run itself failed: a worker died, the disk is full. Finished blocks are kept. Exit code 1. */
export class RunError extends JetIqnError {
  /** The class, as printed before a stack. */
  override name = 'RunError';
}

/** A study ran to its end and the model failed it; thrown only with --strict. Exit code 3. */
export class VerdictError extends JetIqnError {
  override readonly exitCode = 3;
  /** The class, as printed before a stack. */
  override name = 'VerdictError';
}

/** The user interrupted; what is finished is on disk and the run can be resumed. Exit code 130. */
export class InterruptedError extends JetIqnError {
  override readonly exitCode = 130;
  /** The class, as printed before a stack. */
  override name = 'InterruptedError';
}
