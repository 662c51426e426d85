/** This package's version: package.json's, which a test compares, where no file can be read. */
export const version = '0.1.0';
