#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { exitCodeOf } from './exit-code.js';
import { addSeatCommands } from './seat/seat-commands.js';

/** `license-server seat` in one file, which every server offers at /license-seat.mjs: for build agents, where no server is installed. */
const tool = new Command('license-seat')
  .description('Holds a seat of a license server, on any machine that reaches it.')
  .showHelpAfterError('\nSee --help.')
  .exitOverride();
addSeatCommands(tool);
try {
  await tool.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  if (!(error instanceof CommanderError)) console.error((error as Error).message);
}
