import { Alert, Anchor, Button, Group } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { ShieldAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { session } from '../api/session';
import { LonePage } from '../app/lone-page';
import { useMe } from '../app/use-me';
import { Time } from '../components/time/time';
import { SecondFactors } from './second-factors';

/** Over each page, as long as the reader may still go on without a second factor. */
export function SecondFactorReminder(): React.ReactNode {
  const { t } = useTranslation();
  const { secondFactorDueAt } = useMe();
  if (!secondFactorDueAt) return null;
  return (
    <Alert icon={<ShieldAlert size={18} aria-hidden />} color="yellow" mb="md" title={t('secondFactor.duty.title')}>
      {t('secondFactor.duty.until')} <Time value={secondFactorDueAt} as="date" />.{' '}
      <Anchor component={Link} to="/profile" inherit>
        {t('secondFactor.duty.profile')}
      </Anchor>
    </Alert>
  );
}

/** In the place of all pages: the server lets this session do nothing else. */
export function SecondFactorDuty(): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    session.left();
    await answer(api.POST('/api/v1/auth/sign-out'));
    queryClient.clear();
    await navigate({ to: '/sign-in' });
  };
  return (
    <LonePage title={t('secondFactor.duty.title')} text={t('secondFactor.duty.text')} width={640}>
      <SecondFactors />
      <Group justify="flex-end">
        <Button variant="subtle" onClick={() => void signOut()}>
          {t('app.userMenu.signOut')}
        </Button>
      </Group>
    </LonePage>
  );
}
