import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { AsyncContent } from '../components/async-content';
import { Section } from '../components/layout/section';
import { type MailServerOwner, mailKey, mailServerOf } from './mail-calls';
import { MailServerForm } from './mail-server-form';
import { MailTest } from './mail-test';
import { Outbox } from './outbox';

/** The settings, the test, and the outbox. */
export function MailSettings({ owner }: { owner: MailServerOwner }): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: mailKey(owner, 'settings'), queryFn: () => mailServerOf(owner) });
  return (
    <Stack gap="lg">
      <AsyncContent query={query} height={380}>
        {(server) => (
          <>
            <Section
              title={t('mail.settings')}
              text={server ? undefined : owner === 'server' ? t('mail.noneServer') : t('mail.none')}
            >
              <MailServerForm owner={owner} server={server} />
            </Section>
            <Section title={t('mail.test.title')} text={server ? t('mail.test.text') : t('mail.test.first')}>
              {server && <MailTest owner={owner} />}
            </Section>
          </>
        )}
      </AsyncContent>
      <Section title={t('mail.outbox.title')} text={t('mail.outbox.text')}>
        <Outbox owner={owner} />
      </Section>
    </Stack>
  );
}
