import { useMatches } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OrganizationDetails } from '../../generated/api';
import { answer, api } from '../api/client';
import { infoQuery, organizationKey } from '../api/queries';
import { Logo } from '../branding/logo';
import { Mark } from './mark';

/** In the corner of the frame: the logo of the organization, else that of the server, else the product's mark. */
export function OrganizationMark({ organizationId }: { organizationId: number | undefined }): React.ReactNode {
  const { t } = useTranslation();
  const organization = useDetails(organizationId);
  const { data: site } = useQuery(infoQuery);
  // A phone has hardly room for the organization's name beside it.
  const width = useMatches({ base: 48, sm: 96 });
  const alt = site?.siteName ?? t('app.product');
  if (organization?.logo) {
    return <Logo logo={organization.logo} organizationId={organization.id} width={width} alt={alt} />;
  }
  return site?.logo ? <Logo logo={site.logo} width={width} alt={alt} /> : <Mark alt={alt} />;
}

/** The organization that the frame is about, as far as it is known. */
export function useDetails(organizationId: number | undefined): OrganizationDetails | undefined {
  const { data } = useQuery({
    queryKey: organizationKey(organizationId ?? 0, ['organization', 'members'], 'view'),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}', {
          params: { path: { organizationId: organizationId ?? 0 } },
        }),
      ),
    enabled: organizationId !== undefined,
  });
  return data;
}
