import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderMethod } from '../../generated/api';
import { answer, api } from '../api/client';
import { infoQuery, queryClient } from '../api/queries';
import { LonePage } from '../app/lone-page';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';
import { loadAllWords } from '../language';

const route = getRouteApi('/sign-in');

const Providers = lazy(() => import('./providers').then(({ Providers }) => ({ default: Providers })));
const Refused = lazy(async () => {
  const [{ Refused }] = await Promise.all([import('./refused'), loadAllWords()]);
  return { default: Refused };
});

export function SignInPage(): React.ReactNode {
  const { t } = useTranslation();
  const router = useRouter();
  const { next, refused } = route.useSearch();
  const { form, submit, pending, failure } = useServerForm(
    { initialValues: { email: '', password: '' } },
    async (values) => {
      await answer(api.POST('/api/v1/auth/sign-in', { body: values }));
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'info' });
      router.history.push(next ?? router.buildLocation({ to: '/' }).href);
    },
  );
  const fetchNextPage = useNextPage(next);
  return (
    <LonePage title={t('signIn.title')} text={t('signIn.text')}>
      <form onSubmit={submit} onInput={fetchNextPage}>
        <Stack>
          <Suspense>{refused && <Refused code={refused} />}</Suspense>
          <TextInput
            label={t('signIn.email')}
            inputMode="email"
            autoCapitalize="none"
            spellCheck={false}
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={t('signIn.password')}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            {...form.getInputProps('password')}
          />
          <Failure>{failure}</Failure>
          <Button type="submit" loading={pending} fullWidth>
            {t('signIn.submit')}
          </Button>
          <Forgot />
          <SingleSignOn email={form.values.email} next={next} />
        </Stack>
      </form>
    </LonePage>
  );
}

function Forgot(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Anchor component={Link} to="/forgot-password" size="sm" ta="center">
      {t('signIn.forgot')}
    </Anchor>
  );
}

/** The providers, if there are any. Where they cannot be asked for, the password remains. */
function SingleSignOn({ email, next }: { email: string; next: string | undefined }): React.ReactNode {
  const [providers, setProviders] = useState<readonly ProviderMethod[]>([]);
  useEffect(() => {
    queryClient.query(infoQuery).then(
      (info) => setProviders(info.signInMethods.providers),
      () => undefined,
    );
  }, []);
  return <Suspense>{providers.length > 0 && <Providers providers={providers} email={email} next={next} />}</Suspense>;
}

/** Fetches the code of the page that comes next, once: while the password is typed. */
function useNextPage(next: string | undefined): () => void {
  const router = useRouter();
  const [typing, setTyping] = useState(false);
  useEffect(() => {
    if (!typing) return;
    const { pathname } = new URL(next ?? '/organizations/1/dashboard', location.href);
    const [routes] = router.getMatchedRoutes(pathname);
    for (const route of routes) void router.loadRouteChunk(route);
  }, [typing, next, router]);
  return () => setTyping(true);
}
