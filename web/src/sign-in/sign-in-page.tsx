import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { LonePage } from '../app/lone-page';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';

const route = getRouteApi('/sign-in');

export function SignInPage(): React.ReactNode {
  const { t } = useTranslation();
  const router = useRouter();
  const { next } = route.useSearch();
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
          <Anchor component={Link} to="/forgot-password" size="sm" ta="center">
            {t('signIn.forgot')}
          </Anchor>
        </Stack>
      </form>
    </LonePage>
  );
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
