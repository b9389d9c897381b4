import { errorCodes, sourceProgram } from './error-codes.js';
import { errorsManual, knownCodes } from './errors-manual.js';
import { refusalFile } from './route-refusals.js';

/**
 * The files about errors that follow from the source.
 *
 * @param root the folder of tsconfig.json
 * @returns their contents, by their paths below the folder
 */
export function filesFromSource(root: string): Record<string, string> {
  const program = sourceProgram(root);
  const codes = knownCodes(errorCodes(program, root));
  return {
    'docs/errors.md': errorsManual(codes),
    'scripts/errors-manual/refusals.json': `${JSON.stringify(refusalFile(program, root, codes), null, 2)}\n`,
  };
}
