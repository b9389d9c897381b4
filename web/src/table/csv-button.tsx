import { useTranslation } from 'react-i18next';
import { DownloadButton } from '../components/download-button';
import type { PageRequest } from './list-request';

/** Where a list comes from, and what it is narrowed by besides its search. */
export interface CsvSource {
  /** The address below the server's root. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
}

/** Saves all entries of a list as CSV, as it is filtered and sorted now. */
export function CsvButton({ source, request }: { source: CsvSource; request: PageRequest }): React.ReactNode {
  const { t } = useTranslation();
  const { sort, search } = request;
  return (
    <DownloadButton
      size="compact-sm"
      variant="subtle"
      path={source.path}
      query={{ ...source.query, sort, search }}
      accept="text/csv"
      fileName={`${source.path.split('/').at(-1)}.csv`}
      aria-label={t('show.csv')}
    >
      CSV
    </DownloadButton>
  );
}
