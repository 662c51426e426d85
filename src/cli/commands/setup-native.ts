/** `jet-iqn setup-native`: compiles the native engine of this installation. */
import { Command } from 'commander';
import { RunError } from '../../errors.js';

const EXAMPLES = `
Examples:
  jet-iqn setup-native                 with g++, clang++ or c++, whichever answers first
  CXX=clang++-18 jet-iqn setup-native  with another compiler`;

export function setupNativeCommand(): Command {
  return new Command('setup-native')
    .description('compile the native engine, several times faster than ONNX Runtime; needs a C++ compiler')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { buildAddon } = await import('../../engines/build-addon.js');
      const record = await buildAddon({
        retry: true,
        onStart: (compiler) => process.stderr.write(`compiling with ${compiler} …\n`),
      });
      if ('failure' in record) throw new RunError(`the native engine cannot be built: ${record.failure}`);
      process.stderr.write(`the native engine is ready: ${record.file}, built with ${record.compiler}\n`);
    });
}
