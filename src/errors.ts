/**
 * One class for each kind of failure, with a code for programs and the exit code that the command line gives it.
 *
 * A message is one line for people: what is wrong, where, and what to do about it. Programs decide by class, code and
 * fields, never by a message. Only the command line's outermost layer turns an error into an exit code; everything below
 * throws.
 */

/** Exit codes of the command line: see each class. */
export type ExitCode = 1 | 2 | 3 | 130;

/** What kind of failure: that of the class, or a finer one where somebody decides by it. */
export type ErrorCode = 'USAGE' | 'INPUT' | 'BUNDLE' | 'RUN' | 'VERDICT' | 'INTERRUPTED';

/** What every failure that we foresee derives from. */
export class JetIqnError extends Error {
  /** What the process ends with when this reaches the command line. */
  readonly exitCode: ExitCode = 1;
  /** What kind of failure. */
  readonly code: ErrorCode = 'RUN';
  /** The class, as printed before a stack. */
  override name = 'JetIqnError';
  /**
   * A failure in one line.
   *
   * @param message one line; what a terminal would obey is taken out, since it may hold names out of damaged files.
   * @param options the error behind it, as `cause`.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(shortened(printable(message)), options);
  }
}

/** The command was typed wrongly: an unknown option, a value out of its range. Exit code 2. */
export class UsageError extends JetIqnError {
  override readonly exitCode = 2;
  /** What kind of failure. */
  override readonly code: ErrorCode = 'USAGE';
  /** The class, as printed before a stack. */
  override name = 'UsageError';
}

/** A file cannot be used: missing, unreadable, of another kind, or with values that jets cannot have. Exit code 2. */
export class InputError extends JetIqnError {
  override readonly exitCode = 2;
  /** What kind of failure. */
  override readonly code: ErrorCode = 'INPUT';
  /** The class, as printed before a stack. */
  override name = 'InputError';
  /** Columns that were asked for and that the file has not, where that is what is wrong. */
  readonly missing: readonly string[];
  /**
   * About one file: the message is `file: problem`.
   *
   * @param file as the user named it.
   * @param problem what is wrong, where in the file, and what to do.
   * @param options the error behind it, as `cause`, and the columns that are `missing`.
   */
  constructor(
    /** The file as the user named it. */
    readonly file: string,
    /** What is wrong, where in the file, and what to do. */
    readonly problem: string,
    options: ErrorOptions & { readonly missing?: readonly string[] } = {},
  ) {
    super(`${file}: ${problem}`, options);
    this.missing = options.missing ?? [];
  }
}

/** A bundle cannot be trusted or does not fit: wrong hash, malformed card, foreign graph. Exit code 2. */
export class BundleError extends InputError {
  /** What kind of failure. */
  override readonly code: ErrorCode = 'BUNDLE';
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
  /** What kind of failure. */
  override readonly code: ErrorCode = 'VERDICT';
  /** The class, as printed before a stack. */
  override name = 'VerdictError';
}

/** The user interrupted; what is finished is on disk and the run can be resumed. Exit code 130. */
export class InterruptedError extends JetIqnError {
  override readonly exitCode = 130;
  /** What kind of failure. */
  override readonly code: ErrorCode = 'INTERRUPTED';
  /** The class, as printed before a stack. */
  override name = 'InterruptedError';
}

/** An error as plain data: between threads an error loses its class and fields. */
export interface ErrorFields {
  /** Absent where nobody foresaw it. */
  readonly code?: ErrorCode;
  readonly message: string;
  /** Of an InputError or a BundleError. */
  readonly file?: string;
  readonly problem?: string;
}

/** What is sent of an error to another thread. */
export function errorFields(error: unknown): ErrorFields {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof JetIqnError)) return { message };
  const { code } = error;
  return error instanceof InputError
    ? { code, message, file: error.file, problem: error.problem }
    : { code, message };
}

/** The error that was sent; one that nobody foresaw is a RunError. */
export function errorFrom({ code = 'RUN', message, file = '', problem = message }: ErrorFields): JetIqnError {
  switch (code) {
    case 'BUNDLE':
      return new BundleError(file, problem);
    case 'INPUT':
      return new InputError(file, problem);
    case 'USAGE':
      return new UsageError(message);
    case 'VERDICT':
      return new VerdictError(message);
    case 'INTERRUPTED':
      return new InterruptedError(message);
    case 'RUN':
      return new RunError(message);
  }
}

/** Characters of a message: a damaged file may hold names of any length. */
const LONGEST = 1000;

function shortened(line: string): string {
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** One line without anything that a terminal would obey: control characters, line ends, changes of direction. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}
