import { readSettings } from '../src/config/settings.js';
import { migrate } from '../src/database/data-source.js';
import { readConfiguration } from './configuration/configuration-file.js';
import { openServerDatabase } from './server-database.js';

/** Brings the database up to date and says what was done. */
export async function migrateDatabase({ config }: { config?: string }): Promise<void> {
  const database = await openServerDatabase(readSettings(readConfiguration(config).env));
  try {
    const done = await migrate(database.url);
    console.log(
      done.length > 0 ? `The database is up to date now: ${done.join(', ')}.` : 'The database is up to date.',
    );
  } finally {
    await database.close();
  }
}
