import { Button, FileInput, Group, Skeleton, Stack } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../components/copy-button';
import { Section } from '../components/layout/section';
import { Failure } from '../forms/failure';
import { PeopleResults } from './people-results';
import { usePeopleImport } from './use-people-import';

/** Takes a file, shows what an import would do to whom, and does it. */
export function PeopleImport({ organizationId }: { organizationId: number }): React.ReactNode {
  const { t } = useTranslation();
  const { file, choose, plan, outcome, pending, failure, apply } = usePeopleImport(organizationId);
  const shown = outcome ?? plan;
  const toDo = plan?.people.filter((each) => each.outcome === 'invited' || each.outcome === 'changed').length ?? 0;
  const links = outcome?.people.flatMap(({ email, link }) => (link ? [`${email} ${link}`] : [])) ?? [];
  return (
    <Section title={t('users.file.import.title')} text={t('users.file.import.text')}>
      <Stack gap="md">
        <FileInput
          label={t('users.file.import.file')}
          placeholder={t('users.file.import.choose')}
          leftSection={<FileUp size={16} aria-hidden />}
          accept=".csv,.json,.txt,text/csv,application/json"
          value={file}
          onChange={choose}
        />
        <Failure>{failure}</Failure>
        {pending && !shown && <Skeleton h={80} />}
        {shown && <PeopleResults result={shown} isDone={outcome !== undefined} />}
        {plan && !outcome && toDo + plan.teams.length > 0 && (
          <Group justify="flex-end">
            <Button loading={pending} onClick={apply}>
              {t('users.file.import.apply', { count: toDo })}
            </Button>
          </Group>
        )}
        {links.length > 1 && (
          <Group justify="flex-end">
            <CopyButton wide value={links.join('\n')} label={t('users.invite.copyAll')} />
          </Group>
        )}
      </Stack>
    </Section>
  );
}
