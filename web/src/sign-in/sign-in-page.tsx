import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignInMethods } from '../../generated/api';
import { queryClient } from '../api/queries';
import { signInByPassword, type StepKinds } from '../api/sign-in';
import { LonePage } from '../app/lone-page';
import { useSite } from '../app/use-site';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';
import { loadAllTexts } from '../language';
import { PasskeySignIn } from './passkey-sign-in';

const route = getRouteApi('/sign-in');

const Providers = lazy(() => import('./providers').then(({ Providers }) => ({ default: Providers })));
const Refused = lazy(async () => {
  const [{ Refused }] = await Promise.all([import('./refused'), loadAllTexts()]);
  return { default: Refused };
});
const SecondStep = lazy(async () => {
  const [{ SecondStep }] = await Promise.all([import('./second-step'), loadAllTexts()]);
  return { default: SecondStep };
});

export function SignInPage(): React.ReactNode {
  const { t } = useTranslation();
  const router = useRouter();
  const { next, refused } = route.useSearch();
  const [kinds, setKinds] = useState<StepKinds>();
  const goOn = (): void => {
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'info' });
    router.history.push(next ?? router.buildLocation({ to: '/' }).href);
  };
  return (
    <LonePage title={t('signIn.title')} text={!kinds && t('signIn.text')}>
      <Suspense>
        {refused && !kinds && <Refused code={refused} />}
        {kinds && <SecondStep kinds={kinds} onSignedIn={goOn} onBack={() => setKinds(undefined)} />}
      </Suspense>
      {!kinds && <FirstStep next={next} onSignedIn={goOn} onSecondStep={setKinds} />}
    </LonePage>
  );
}

interface FirstStepProps {
  next: string | undefined;
  onSignedIn: () => void;
  onSecondStep: (kinds: StepKinds) => void;
}

function FirstStep({ next, onSignedIn, onSecondStep }: FirstStepProps): React.ReactNode {
  const { t } = useTranslation();
  const { form, submit, pending, failure } = useServerForm(
    { initialValues: { email: '', password: '' } },
    async (values) => {
      const kinds = await signInByPassword(values);
      if (kinds) onSecondStep(kinds);
      else onSignedIn();
    },
  );
  const fetchNextPage = useNextPage(next);
  const methods = useSite()?.signInMethods;
  const takesUserNames = (methods?.directories.length ?? 0) > 0;
  return (
    <form onSubmit={submit} onInput={fetchNextPage}>
      <Stack>
        <TextInput
          label={t(takesUserNames ? 'signIn.emailOrName' : 'signIn.email')}
          inputMode={takesUserNames ? 'text' : 'email'}
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
        <OtherWays methods={methods} email={form.values.email} next={next} onSignedIn={onSignedIn} />
      </Stack>
    </form>
  );
}

type OtherWaysProps = { methods: SignInMethods | undefined; email: string } & Pick<
  FirstStepProps,
  'next' | 'onSignedIn'
>;

/** What there is besides the password. */
function OtherWays({ methods, email, next, onSignedIn }: OtherWaysProps): React.ReactNode {
  const providers = methods?.providers ?? [];
  return (
    <Suspense>
      {methods?.passkey && <PasskeySignIn onSignedIn={onSignedIn} />}
      {providers.length > 0 && <Providers providers={providers} email={email} next={next} />}
    </Suspense>
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
