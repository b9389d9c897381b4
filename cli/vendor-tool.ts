#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addVendorCommands } from './vendor/vendor-commands.js';

/** The vendor's own tool, apart from the server: it makes keys and issues license files. */
const tool = new Command('license-vendor')
  .description("The vendor's tool: creates key pairs, and issues and inspects license files.")
  .showHelpAfterError('\nSee --help.')
  .exitOverride();
addVendorCommands(tool);
try {
  await tool.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
