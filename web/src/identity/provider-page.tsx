import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AsyncContent } from '../components/async-content';
import { PageHeader } from '../components/layout/page-header';
import { identityKey, readProvider } from './identity-calls';
import { ProviderForm } from './provider-form';
import { type Draft } from './provider-values';

const route = getRouteApi('/shell/server/identity/$provider');

/** One provider, or a new one. */
export function ProviderPage(): React.ReactNode {
  const { provider } = route.useParams();
  const kind = (['oidc', 'ldap', 'saml'] as const).find((each) => provider === `new-${each}`);
  return kind ? <Frame key={provider} provider={{ kind }} /> : <Stored key={provider} id={Number(provider)} />;
}

function Stored({ id }: { id: number }): React.ReactNode {
  const query = useQuery({ queryKey: [...identityKey, id], queryFn: () => readProvider(id) });
  return (
    <AsyncContent query={query} height={480}>
      {(provider) => <Frame provider={provider} />}
    </AsyncContent>
  );
}

function Frame({ provider }: { provider: Draft }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Anchor
        renderRoot={(props) => <Link {...props} to="/server/identity" />}
        size="sm"
        display="inline-block"
        mb="xs"
      >
        <ArrowLeft size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('singleSignOn.admin.title')}
      </Anchor>
      <PageHeader
        title={
          provider.name ?? t('singleSignOn.admin.connectKind', { kind: t(`singleSignOn.admin.kind.${provider.kind}`) })
        }
        text={t(`singleSignOn.admin.${provider.kind}Text`)}
      />
      <ProviderForm provider={provider} />
    </>
  );
}
