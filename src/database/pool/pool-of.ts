import { type Pool } from 'pg';
import { type DataSource } from 'typeorm';

/** The connections of a data source, for what TypeORM cannot do: pipelines, `COPY`, cursors. Its driver does not declare them. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}
