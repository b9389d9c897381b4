import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Gives the document the title of a page. */
export function useTitle(page: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = t('app.title', { page });
  }, [page, t]);
}
