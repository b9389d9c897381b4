import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../components/copy-button';
import { Dialog } from '../../components/dialog';
import { Time } from '../../components/time/time';
import type { AccountLink } from './use-account-acts';

/** Shows a link once, to hand on; it goes only by its buttons. */
export function AccountLinkDialog({ link, onClose }: { link: AccountLink; onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog
      onClose={onClose}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t('administration.accounts.link.title', { name: link.name })}
    >
      <Stack>
        <Text>
          {t('administration.accounts.link.text')} <Time value={link.expiresAt} as="full" />.
        </Text>
        <TextInput
          label={t('administration.accounts.link.label')}
          readOnly
          value={link.link}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('app.close')}
          </Button>
          <CopyButton value={link.link} wide label={t('administration.accounts.link.copy')} />
        </Group>
      </Stack>
    </Dialog>
  );
}
