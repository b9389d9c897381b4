import { Alert, Anchor, Button, Code, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { AcceptedInvitation, OpenedInvitation } from '../../generated/api';
import { answer, api } from '../api/client';
import { Problem } from '../api/problem';
import { infoQuery, queryClient } from '../api/queries';
import { session } from '../api/session';
import { LonePage } from '../app/lone-page';
import { Failure } from '../forms/failure';
import { NameFields } from '../forms/name-fields';
import { NewPasswordFields } from '../forms/new-password-fields';
import { useServerForm } from '../forms/use-server-form';
import { CopyButton } from '../components/copy-button';
import { PageSkeleton } from '../components/layout/page-skeleton';
import { describeError } from '../components/describe-error';

const route = getRouteApi('/invitations/$token');

interface StepProps {
  token: string;
  opened: OpenedInvitation;
  onAccepted: (accepted: AcceptedInvitation) => void;
}

const accept = (token: string, body: { password?: string; firstName?: string; lastName?: string } = {}) =>
  answer(api.POST('/api/v1/invitations/{token}/accept', { params: { path: { token } }, body }));

const signIn = (email: string, password: string) =>
  answer(api.POST('/api/v1/auth/sign-in', { body: { email, password } }));

/** Where the link of an invitation leads. */
export function InvitationPage(): React.ReactNode {
  const { token } = route.useParams();
  const [accepted, setAccepted] = useState<AcceptedInvitation>();
  const { data, error, refetch } = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => answer(api.GET('/api/v1/invitations/{token}', { params: { path: { token } } })),
    // Once it is accepted, the link is used; this page goes on.
    enabled: !accepted,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  if (accepted) return <Joined accepted={accepted} />;
  if (error) return <Refused error={error} onSignedOut={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  const Step = data.setsPassword ? NewAccountStep : data.signedIn ? AcceptStep : SignInStep;
  return <Step token={token} opened={data} onAccepted={setAccepted} />;
}

function NewAccountStep({ token, opened, onAccepted }: StepProps): React.ReactNode {
  const { t } = useTranslation();
  const { form, submit, pending, failure } = useServerForm(
    {
      initialValues: { firstName: '', lastName: '', password: '', again: '' },
      validate: { again: (again, { password }) => (again === password ? null : t('signIn.different')) },
    },
    async ({ firstName, lastName, password }) => {
      const accepted = await accept(token, { firstName, lastName, password });
      await signIn(opened.email, password);
      onAccepted(accepted);
    },
  );
  return (
    <LonePage
      title={t('invitation.join', { organization: opened.organization.name })}
      text={
        <Trans
          i18nKey={opened.hasAccount ? 'invitation.renewText' : 'invitation.newText'}
          values={{ email: opened.email }}
          components={{ b: <b /> }}
        />
      }
    >
      <form onSubmit={submit}>
        <Stack>
          {opened.hasAccount && !opened.signedIn && <RenewWarning />}
          {!opened.hasAccount && <NameFields form={form} />}
          <input type="hidden" name="username" autoComplete="username" value={opened.email} readOnly />
          <NewPasswordFields form={form} />
          <Failure>{failure}</Failure>
          <Button type="submit" loading={pending}>
            {t('signIn.update')}
          </Button>
        </Stack>
      </form>
    </LonePage>
  );
}

/** The account exists: its password would be replaced. */
function RenewWarning(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" icon={<CircleAlert size={18} aria-hidden />}>
      {t('invitation.renewWarning')}{' '}
      <Anchor component={Link} to="/sign-in" inherit>
        {t('invitation.toSignIn')}
      </Anchor>
    </Alert>
  );
}

function SignInStep({ token, opened, onAccepted }: StepProps): React.ReactNode {
  const { t } = useTranslation();
  const { form, submit, pending, failure } = useServerForm(
    { initialValues: { password: '' } },
    async ({ password }) => {
      await signIn(opened.email, password);
      onAccepted(await accept(token));
    },
  );
  return (
    <LonePage
      title={t('invitation.join', { organization: opened.organization.name })}
      text={<Trans i18nKey="invitation.signInText" values={{ email: opened.email }} components={{ b: <b /> }} />}
    >
      <form onSubmit={submit}>
        <Stack>
          <input type="hidden" name="username" autoComplete="username" value={opened.email} readOnly />
          <PasswordInput
            label={t('signIn.password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            autoFocus
            {...form.getInputProps('password')}
          />
          <Failure>{failure}</Failure>
          <Button type="submit" loading={pending}>
            {t('invitation.signInAndAccept')}
          </Button>
          <Anchor component={Link} to="/forgot-password" size="sm" ta="center">
            {t('signIn.forgot')}
          </Anchor>
        </Stack>
      </form>
    </LonePage>
  );
}

function AcceptStep({ token, opened, onAccepted }: StepProps): React.ReactNode {
  const { t } = useTranslation();
  const accepting = useMutation({ mutationFn: () => accept(token), onSuccess: onAccepted });
  return (
    <LonePage
      title={t('invitation.join', { organization: opened.organization.name })}
      text={<Trans i18nKey="invitation.acceptText" values={{ email: opened.email }} components={{ b: <b /> }} />}
    >
      <Failure>{accepting.error ? describeError(accepting.error) : undefined}</Failure>
      <Button loading={accepting.isPending} onClick={() => accepting.mutate()}>
        {t('invitation.accept')}
      </Button>
    </LonePage>
  );
}

/** The link does not work, or not for the account that is signed in. The words are the server's. */
function Refused({ error, onSignedOut }: { error: Error; onSignedOut: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const leaving = useMutation({
    mutationFn: async () => {
      session.left();
      await answer(api.POST('/api/v1/auth/sign-out'));
      queryClient.removeQueries({ queryKey: ['me'] });
    },
    onSuccess: onSignedOut,
  });
  const other = error instanceof Problem && error.code === 'other-account';
  return (
    <LonePage title={t('invitation.title')}>
      <Alert color="red" role="alert" icon={<CircleAlert size={18} aria-hidden />}>
        {describeError(error)}
      </Alert>
      {other ? (
        <>
          <Text>
            <Trans
              i18nKey="invitation.other"
              values={{ signedInAs: String(error.details.signedInAs), email: String(error.details.email) }}
              components={{ b: <b /> }}
            />
          </Text>
          <Failure>{leaving.error ? describeError(leaving.error) : undefined}</Failure>
          <Group>
            <Button loading={leaving.isPending} onClick={() => leaving.mutate()}>
              {t('app.userMenu.signOut')}
            </Button>
            <Button variant="default" component={Link} to="/">
              {t('invitation.stay')}
            </Button>
          </Group>
        </>
      ) : (
        <Anchor component={Link} to="/sign-in">
          {t('invitation.toSignIn')}
        </Anchor>
      )}
    </LonePage>
  );
}

function Joined({ accepted }: { accepted: AcceptedInvitation }): React.ReactNode {
  const { t } = useTranslation();
  const { data: info } = useQuery(infoQuery);
  return (
    <LonePage
      title={t('invitation.joined', { organization: accepted.organization.name })}
      text={t('invitation.joinedText')}
    >
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {t('invitation.serverUrl')}
        </Text>
        <Group gap={4} wrap="nowrap">
          <Code className="break" fz="sm">
            {info?.serverUrl}
          </Code>
          {info && <CopyButton value={info.serverUrl} />}
        </Group>
        <Text size="sm" c="dimmed">
          {t('invitation.useText', { email: accepted.email })}
        </Text>
      </Stack>
      <Button
        component={Link}
        to="/organizations/$organizationId/dashboard"
        params={{ organizationId: accepted.organization.id } as never}
        onClick={() => queryClient.removeQueries({ queryKey: ['me'] })}
      >
        {t('invitation.toConsole')}
      </Button>
    </LonePage>
  );
}
