import { jest } from '@jest/globals';

/**
 * From here on studies of this file draw no pictures, as where resvg has no binary: they take most of a small study's
 * time.
 */
export function withoutPictures(): void {
  jest.unstable_mockModule('@resvg/resvg-js', () => {
    throw new Error('no binary here');
  });
}
