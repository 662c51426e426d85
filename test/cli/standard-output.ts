/** What a test's commands say: standard output and error, kept instead of written, anew in every test. */
import { afterEach, beforeEach, jest } from '@jest/globals';

export interface Said {
  /** On standard output. */
  printed: string;
  /** On standard error. */
  complained: string;
}

/** Call once in a test file. */
export function keepOutput(): Said {
  const said: Said = { printed: '', complained: '' };
  beforeEach(() => {
    said.printed = '';
    said.complained = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said.printed += String(text);
      return true;
    });
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said.complained += String(text);
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  return said;
}
