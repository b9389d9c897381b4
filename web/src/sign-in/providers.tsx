import { Button, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderMethod } from '../../generated/api';
import { answer, api } from '../api/client';

/** Milliseconds without a key after which an address counts as typed. */
const typedMillis = 300;

interface Props {
  providers: readonly ProviderMethod[];
  /** What is typed as the address: its domain may have a provider of its own. */
  email: string;
  /** Where to go afterwards. */
  next: string | undefined;
}

/** Single sign-on, below the password. Once an address is typed, the provider of its company comes first. */
export function Providers({ providers, email, next }: Props): React.ReactNode {
  const { t } = useTranslation();
  const own = useProvidersOf(domainOf(email));
  const isOwn = ({ id }: ProviderMethod): boolean => own.some((each) => each.id === id);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" ta="center">
        {t('signIn.or')}
      </Text>
      {providers
        .toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)))
        .map((provider) => (
          <Button
            key={provider.id}
            component="a"
            href={next === undefined ? provider.url : `${provider.url}?next=${encodeURIComponent(next)}`}
            variant={isOwn(provider) ? 'filled' : 'default'}
            fullWidth
          >
            {t('signIn.with', { name: provider.name })}
          </Button>
        ))}
    </Stack>
  );
}

function domainOf(email: string): string | undefined {
  return /@([^\s@]+\.[^\s@.]{2,})$/.exec(email.trim())?.[1];
}

function useProvidersOf(domain: string | undefined): readonly ProviderMethod[] {
  const [found, setFound] = useState<{ domain: string; providers: readonly ProviderMethod[] }>();
  useEffect(() => {
    if (domain === undefined) return undefined;
    const timer = setTimeout(() => {
      answer(api.GET('/api/v1/auth/methods', { params: { query: { domain } } })).then(
        ({ providers }) => setFound({ domain, providers }),
        // The buttons are there all the same.
        () => undefined,
      );
    }, typedMillis);
    return () => clearTimeout(timer);
  }, [domain]);
  return found && found.domain === domain ? found.providers : [];
}
