import { useEffect, useState } from 'react';
import type { InfoView } from '../../generated/api';
import { infoQuery, queryClient } from '../api/queries';

/** What server this is, for people who are not signed in; undefined until it is known, null when it cannot be asked for. */
export function useSite(): InfoView | null | undefined {
  const [site, setSite] = useState<InfoView | null | undefined>(() => queryClient.getQueryData(infoQuery.queryKey));
  useEffect(() => {
    queryClient.query(infoQuery).then(setSite, () => setSite(null));
  }, []);
  return site;
}
