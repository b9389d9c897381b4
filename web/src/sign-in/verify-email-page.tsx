import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { LonePage } from '../app/lone-page';
import { Failure } from '../forms/failure';
import { describeError } from '../components/describe-error';

const route = getRouteApi('/verify-email/$token');

/** Where the link to a new address leads. A click changes it, and not the visit: programs that check mails open links, too. */
export function VerifyEmailPage(): React.ReactNode {
  const { t } = useTranslation();
  const { token } = route.useParams();
  const using = useMutation({ mutationFn: () => answer(api.POST('/api/v1/auth/verify-email', { body: { token } })) });
  if (using.isSuccess) {
    return (
      <LonePage title={t('signIn.emailDone')} text={t('signIn.emailDoneText')}>
        <Button component={Link} to="/sign-in">
          {t('signIn.submit')}
        </Button>
      </LonePage>
    );
  }
  return (
    <LonePage title={t('signIn.emailTitle')} text={t('signIn.emailText')}>
      <Stack>
        <Failure>{using.error ? describeError(using.error) : undefined}</Failure>
        <Button loading={using.isPending} onClick={() => using.mutate()}>
          {t('signIn.emailUse')}
        </Button>
      </Stack>
    </LonePage>
  );
}
