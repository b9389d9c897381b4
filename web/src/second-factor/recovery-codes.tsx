import { Button, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { Download, Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { Confirm } from '../components/confirm';
import { CopyButton } from '../components/copy-button';
import { Dialog } from '../components/dialog';

interface Props {
  codes: readonly string[];
  onClose: () => void;
}

/** The codes, which are shown this once, and the ways to keep them. */
export function RecoveryCodes({ codes, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const text = codes.join('\n');
  return (
    <Dialog title={t('secondFactor.codes.title')} onClose={onClose} closeOnClickOutside={false}>
      <Stack>
        <Text>{t('secondFactor.codes.text')}</Text>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {codes.map((code) => (
            <Code key={code} component="li" fz="sm" ta="center" p={6}>
              {code}
            </Code>
          ))}
        </SimpleGrid>
        <Group>
          <CopyButton value={text} wide />
          <Button variant="default" leftSection={<Download size={16} aria-hidden />} onClick={() => download(text)}>
            {t('secondFactor.codes.download')}
          </Button>
          <Button variant="default" leftSection={<Printer size={16} aria-hidden />} onClick={() => print()}>
            {t('secondFactor.codes.print')}
          </Button>
        </Group>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('secondFactor.codes.done')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function download(text: string): void {
  const local = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = local;
  link.download = 'recovery-codes.txt';
  link.click();
  setTimeout(() => URL.revokeObjectURL(local), 60_000);
}

interface RenewProps {
  onMade: (codes: readonly string[]) => void;
  onClose: () => void;
}

export function RenewCodes({ onMade, onClose }: RenewProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('secondFactor.codes.renewTitle')}
      text={t('secondFactor.codes.renewText')}
      action={t('secondFactor.codes.renew')}
      run={async () => {
        const { recoveryCodes } = await answer(api.POST('/api/v1/users/me/second-factors/recovery-codes'));
        onMade(recoveryCodes);
      }}
      onClose={onClose}
    />
  );
}
