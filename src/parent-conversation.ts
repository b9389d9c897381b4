import { type PostgresCommand } from './database/embedded/postgres-process.js';

/** What a server needs before it can start, told to the parent process, which has it or gets it. */
export interface Needs {
  dataDir: string;
  host: string;
  port: number;
  redirectPort: number | undefined;
  embeddedDatabase: boolean;
}

/** The first one lets requests under way finish, and drains. */
export type StopSignal = 'SIGTERM' | 'SIGINT';

/** Why a server cannot have what it needs; `code` as errors of Node have it. */
export interface ParentRefusal {
  name: string;
  message: string;
  code: string | undefined;
}

export type ToParent =
  { needs: Needs } | { startDatabase: PostgresCommand } | { restartDatabase: true } | { ready: true };

export type ToServer =
  /** With the socket itself. */
  | { socket: 'main' | 'redirect' }
  | { place: { databaseRuns: boolean } }
  | { refusal: ParentRefusal }
  | { databaseProcess: number }
  | { databaseEnd: string }
  | { handOver: true }
  /** On Windows, in place of a signal. */
  | { stop: StopSignal };
